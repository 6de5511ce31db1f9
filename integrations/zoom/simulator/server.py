"""Serves the simulator on loopback, a thread a request, over the standard library's WSGI server.

That server closes the connection without a word when an application raises `ConnectionAbortedError`, which is how the
simulator hangs up; it speaks HTTP/1.0, so each request has a connection of its own.
"""

import logging
import threading
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from integrations.zoom.simulator.application import Simulator

log = logging.getLogger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    request_queue_size = 128  # the default of 5 makes a burst of clients wait a second for another SYN

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("A client went away", exc_info=True)  # a fault of the application's own goes to wsgi.errors


class _Handler(WSGIRequestHandler):
    timeout = 5  # seconds a connection may stay silent: closing the server waits for its threads

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        log.debug(format, *args)


class RunningServer:
    """A simulator that answers at `url` (no slash at its end) until `close`; also a context manager."""

    def __init__(self, simulator: Simulator, port: int) -> None:
        self._simulator = simulator
        self._server = make_server("127.0.0.1", port, simulator, _Server, _Handler)
        self.port = int(self._server.server_port)
        self.url = f"http://127.0.0.1:{self.port}"
        simulator.start()
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="zoom-simulator", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stops it: calls that wait in a fault are cut short, others are finished. The simulator keeps its meetings."""
        self._simulator.stop()
        if self._simulator.hooks is not None:
            self._simulator.hooks.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> "RunningServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(simulator: Simulator, port: int = 0) -> RunningServer:
    """Serves in threads of its own, on 127.0.0.1 and a free port unless one is given (`OSError` if that is taken)."""
    return RunningServer(simulator, port)
