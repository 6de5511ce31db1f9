"""One authorised call to Zoom's API: the token, one replay where Zoom refuses it, and what an answer means."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import requests

from integrations import http
from integrations.outcome import OutcomeUnknown, Retry
from integrations.zoom.answers import About, content, failure, token_refused
from integrations.zoom.errors import AnswerLost, Unavailable
from integrations.zoom.token import Token, Tokens, ZoomAccount


class Api:
    """Calls Zoom for any number of threads; nothing in here sleeps or repeats, the queue behind the caller does."""

    def __init__(self, account: ZoomAccount, *, clock: Callable[[], datetime], timeouts: http.Timeouts) -> None:
        self._session = http.session()
        self._clock = clock
        self._timeouts = timeouts
        self._tokens = Tokens(account, self._session, clock=clock, timeouts=timeouts)

    def close(self) -> None:
        self._session.close()

    def scopes(self) -> frozenset[str]:
        """What the token lets us do. Raises as `Tokens.current`."""
        return self._tokens.current().scopes

    def call(
        self,
        method: str,
        path: str,
        *,
        about: About,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The answer's JSON object, without `start_url`; empty for 204.

        Raises the kinds of `errors.py`; and for a POST that may have been done, `AnswerLost`.
        """
        token = self._tokens.current()
        response = self._send(token, method, path, query, body)
        if token_refused(response):  # before any work was done, so that a POST may go again too
            response = self._send(self._tokens.renew(token), method, path, query, body)
        status = response.status_code
        if status == 204:
            return {}
        if 200 <= status < 300:
            found = content(response)
            if found is None:
                raise _lost(method, "Zoom's answer was not understood")
            return found
        if status >= 500 or status == 408:
            failed = failure(response, about=about, now=self._clock())
            raise AnswerLost(str(failed)) if method == "POST" else failed
        raise failure(response, about=about, now=self._clock())

    def _send(
        self, token: Token, method: str, path: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None
    ) -> requests.Response:
        url = token.api_url.rstrip("/") + path
        try:
            return http.send(
                self._session,
                "Zoom",
                method,
                url,
                auth=http.Bearer(token.value),
                query=query,
                body=body,
                timeouts=self._timeouts,
            )
        except OutcomeUnknown as lost:
            raise _lost(method, str(lost)) from None
        except Retry as unsent:
            raise Unavailable(str(unsent)) from None


def _lost(method: str, reason: str) -> Retry:
    """GET, PATCH and DELETE may be asked again; a POST may have made a meeting, and Zoom knows no idempotency key."""
    return AnswerLost(reason) if method == "POST" else Unavailable(reason)
