"""A line in the log for each request: which view, what came of it, how long it took. Never the path: it has tokens."""

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger(__name__)
QUIET = {"health.alive", "health.ready", "static", "bootstrap.static"}


def tell(app: Flask) -> None:
    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint not in QUIET:
            began = g.get("began", time.perf_counter())
            log.info(
                "request",
                extra={
                    "method": request.method,
                    "endpoint": request.endpoint or "none",
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - began) * 1000, 1),
                    "person": g.get("person_id"),
                },
            )
        return response
