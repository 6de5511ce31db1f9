"""How we speak HTTP: time-outs always, no redirects, no cookies, and nothing sent twice unasked."""

from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from integrations.outcome import OutcomeUnknown, Retry

Timeouts = tuple[float, float]
TIMEOUTS: Timeouts = (3.05, 20.0)  # seconds to connect (just over one TCP retransmission), and between two bytes read

NEVER_SENT = (
    urllib3.exceptions.NewConnectionError,  # name resolution included
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,  # urllib3 uses it only until the proxy has been reached
)
BROKEN = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


class Bearer(AuthBase):
    """Bearer authorization (RFC 6750 section 2.1). As an auth object it also keeps a .netrc from replacing it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def session() -> requests.Session:
    """A session that may be shared by threads; close it when done.

    urllib3 repeats failed connects alone, when nothing has left us. It would else repeat reads of its own accord, sleep
    through a Retry-After of hours, and stumble over one that is an ISO date.
    """
    found = requests.Session()
    found.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # a call depends on no call before it
    repeat = urllib3.Retry(
        total=2,
        connect=2,
        read=False,
        status=0,
        redirect=0,
        other=0,
        allowed_methods=None,
        respect_retry_after_header=False,
        backoff_factor=0.1,
    )
    for scheme in ("https://", "http://"):
        found.mount(scheme, HTTPAdapter(max_retries=repeat, pool_maxsize=32))
    return found


def send(
    session: requests.Session,
    name: str,
    method: str,
    url: str,
    *,
    auth: AuthBase,
    timeouts: Timeouts = TIMEOUTS,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
) -> requests.Response:
    """The answer, whatever its status; `name` is what messages call the other side, `body` goes out as JSON.

    Raises `Retry` if the request was never sent, and `OutcomeUnknown` if it was and the answer got lost: a caller whose
    method is idempotent (RFC 9110 section 9.2.2) may take that as a plain `Retry`.
    """
    try:
        return session.request(
            method, url, params=query, data=form, json=body, auth=auth, timeout=timeouts, allow_redirects=False
        )
    except BROKEN as error:
        reason = _reason(error)
    # Raised out here, without a context: the library's exception carries the request, and with it the authorization.
    kind = type(reason).__name__
    if isinstance(reason, NEVER_SENT) or _distrusted(reason):
        raise Retry(f"{name} could not be reached ({kind})")
    raise OutcomeUnknown(f"{name} was asked, but its answer was lost ({kind})")


def _reason(error: requests.RequestException) -> object:
    """What urllib3 saw: requests wraps it, once or twice, and its own classes do not tell a connect from a read."""
    inner = error.args[0] if error.args else error
    return getattr(inner, "reason", None) or inner


def _distrusted(reason: object) -> bool:
    """Was it the other side's certificate? Other TLS errors may come at any time, so also after sending."""
    return isinstance(reason, urllib3.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(reason)
