"""Ports for servers that must be told theirs before they listen."""

import itertools
import os
import re
import socket

# Each test process has its own, and none is the kernel's to give away (from 32768 on) before the server takes it.
FIRST, EACH = 12_000, 2_000
_NUMBER = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0) % 10
_tried = itertools.count(os.getpid())


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens at, and that nobody else is told."""
    for number in _tried:
        port = FIRST + _NUMBER * EACH + number % EACH
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("the count has no end")
