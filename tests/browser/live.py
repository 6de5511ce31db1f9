"""Servers for a browser to visit: ours by waitress, and a stranger's, which people are sent on to."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Served:
    """A WSGI application on a free port of 127.0.0.1. The port is known before the application is made."""

    def __init__(self) -> None:
        self.application: Wsgi | None = None
        self._server = create_server(self._answer, host="127.0.0.1", port=0, threads=8, ident=None)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        assert self.application is not None
        return self.application(environ, start_response)

    def close(self) -> None:
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._server._map))  # its loop ends with the last
        self._thread.join()
        self._server.task_dispatcher.shutdown()


@contextmanager
def served() -> Iterator[Served]:
    server = Served()
    try:
        yield server
    finally:
        server.close()


class _Meeting(BaseHTTPRequestHandler):
    """Where a meeting is held: `/onwards` sends on to another host by https, as meeting services do for a sign-in."""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/onwards" else 200)
        if self.path == "/onwards":
            self.send_header("Location", f"https://localhost:{self.headers['Host'].rpartition(':')[2]}/room")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><html lang=en><title>Room</title><h1>You are in the meeting</h1>")

    def log_message(self, *_: object) -> None:
        pass


class _Elsewhere(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A browser may hang up in the middle."""


@contextmanager
def elsewhere() -> Iterator[str]:
    """The address of a meeting service of another origin."""
    server = _Elsewhere(("127.0.0.1", 0), _Meeting)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def with_policy(application: Wsgi, form_action: str) -> Wsgi:
    """The same application, whose pages say `form_action` instead."""

    def changed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [_with(form_action, header) for header in headers], *rest)

        return application(environ, start)

    return changed


def _with(form_action: str, header: tuple[str, str]) -> tuple[str, str]:
    name, value = header
    if name != "Content-Security-Policy":
        return header
    parts = [part for part in value.split("; ") if not part.startswith("form-action")]
    return name, "; ".join([*parts, f"form-action {form_action}"])
