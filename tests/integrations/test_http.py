"""What leaves us, what comes back, and what happens when nothing does."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter

from integrations import http
from integrations.outcome import OutcomeUnknown, Retry

TIMEOUTS = (60.0, 60.0)
BRIEF = (60.0, 0.2)  # for what never comes
WAKE = b"!"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


class Bytes:
    """A server that answers every request with the same bytes and hangs up; None: it never answers."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self._done = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while True:
            peer, _ = self._listener.accept()
            with peer:
                seen = peer.recv(65536)
                if seen == WAKE:
                    return
                self.requests.append(seen)
                if self.answer is None:
                    self._done.wait()
                else:
                    peer.sendall(self.answer)

    def asked(self) -> list[bytes]:
        """All requests, once the last of them has been heard; nothing is answered afterwards."""
        self._done.set()
        if self._thread.is_alive():
            with socket.create_connection(self._listener.getsockname()) as wake:
                wake.sendall(WAKE)
            self._thread.join()
            self._listener.close()
        return self.requests


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with http.session() as found:
        yield found


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Bytes]:
    running = Bytes(request.param)
    yield running
    running.asked()


def ask(
    session: requests.Session, url: str, method: str = "GET", *, timeouts: http.Timeouts = TIMEOUTS
) -> requests.Response:
    return http.send(session, "Zoom", method, url, auth=http.Bearer("the-token"), timeouts=timeouts, body={})


def test_what_was_never_sent_is_a_plain_retry(session):
    with socket.socket() as held:  # bound, and not listening
        held.bind(("127.0.0.1", 0))
        with pytest.raises(Retry) as caught:
            ask(session, f"http://127.0.0.1:{held.getsockname()[1]}/", "POST")
    assert not isinstance(caught.value, OutcomeUnknown)
    assert str(caught.value) == "Zoom could not be reached (NewConnectionError)"


LOST = {
    "hangs up": b"",
    "never answers": None,
    "half an answer": b"HTTP/1.1 201 Created\r\nContent-Length: 999\r\n\r\n{",
    "half a status line": b"HTTP/1.1 2",
    "no HTTP": b"220 mail.example.org ESMTP\r\n",
    "a bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a bad encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
}


@pytest.mark.parametrize("server", LOST.values(), ids=LOST.keys(), indirect=True)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_lost_answer_is_an_unknown_outcome_and_is_not_asked_for_again(session, server, method):
    with pytest.raises(OutcomeUnknown):
        ask(session, server.url, method, timeouts=BRIEF if server.answer is None else TIMEOUTS)
    assert len(server.asked()) == 1


@pytest.mark.parametrize("server", [b""], indirect=True)
def test_negative_control_a_session_with_retries_sends_twice(server):
    with requests.Session() as careless:
        careless.mount("http://", HTTPAdapter(max_retries=urllib3.Retry(total=1, allowed_methods=None)))
        with pytest.raises(OutcomeUnknown):
            ask(careless, server.url, "POST")
    assert len(server.asked()) == 2


@pytest.mark.parametrize(
    "server", [OK.replace(b"200 OK", b"429 Slow\r\nRetry-After: 2026-12-01T00:00:00Z")], indirect=True
)
def test_a_retry_after_is_handed_back_and_not_slept_through(session, server):
    assert ask(session, server.url).status_code == 429
    assert len(server.asked()) == 1


@pytest.mark.parametrize("server", [OK.replace(b"200 OK", b"302 Found\r\nLocation: /elsewhere")], indirect=True)
def test_a_redirect_is_not_followed(session, server):
    assert ask(session, server.url).status_code == 302
    assert len(server.asked()) == 1


@pytest.mark.parametrize("server", [OK.replace(b"200 OK", b"200 OK\r\nSet-Cookie: cred=x; Path=/")], indirect=True)
def test_no_cookie_goes_back(session, server):
    ask(session, server.url)
    ask(session, server.url)
    assert b"cookie" not in server.asked()[1].lower()


@pytest.mark.parametrize("server", [OK], indirect=True)
def test_a_netrc_does_not_replace_the_token(session, server, tmp_path: Path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    ask(session, server.url)
    assert b"Authorization: Bearer the-token\r\n" in server.asked()[0]


class Refusing(HTTPAdapter):
    """Raises what requests raises for a TLS error."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    def send(self, *_args: object, **_named: object) -> requests.Response:
        pool = urllib3.HTTPSConnectionPool("zoom.example")
        error = urllib3.exceptions.MaxRetryError(pool, "/", urllib3.exceptions.SSLError(self.reason))
        raise requests.exceptions.SSLError(error)


@pytest.mark.parametrize(
    ("reason", "lost"),
    [("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed", False), ("EOF occurred", True)],
)
def test_a_certificate_is_refused_before_sending_and_other_tls_errors_may_come_after(session, reason, lost):
    session.mount("https://", Refusing(reason))
    with pytest.raises(Retry) as caught:
        ask(session, "https://zoom.example/", "POST")
    assert isinstance(caught.value, OutcomeUnknown) is lost


@pytest.mark.parametrize("server", [b""], indirect=True)
def test_a_failure_carries_no_request(session, server):
    with pytest.raises(OutcomeUnknown) as caught:
        ask(session, server.url, "POST")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert "the-token" not in repr(vars(caught.value))
