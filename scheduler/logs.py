"""Logs as one JSON object a line, without personal data: no address, no name, no token, no secret.

Messages are written without any. What others put into theirs (a library, a database that quotes the row it refuses) is
kept out here: an exception is told by its kind and where it happened, and what looks like an address or one of our
tokens is blotted out.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import IO

FIELDS = ("method", "endpoint", "status", "milliseconds", "person")  # what a record may have beside its message
ADDRESS = re.compile(r"[^\s@<>\"'(),;:/]+@[^\s@<>\"'(),;:/]+")
TOKEN = re.compile(r"[0-9]+-[0-9]+-[a-z2-7]{32}")


class JsonLines(logging.Formatter):
    """A record as a JSON object: at, level, logger, message, and where there are any the fields of a request."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": blotted(record.getMessage()),
        }
        told |= {name: getattr(record, name) for name in FIELDS if getattr(record, name, None) is not None}
        if record.exc_info and record.exc_info[1] is not None:
            told["exception"] = _kind_and_place(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def to(stream: IO[str]) -> None:
    """Makes every logger of this process write such lines to the stream; requests and deliveries are ours to tell."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("scheduler").setLevel(logging.INFO)


def blotted(text: str) -> str:
    """The text without what looks like an address or a token."""
    return TOKEN.sub("[token]", ADDRESS.sub("[address]", text))


def _kind_and_place(failure: BaseException) -> list[str]:
    """The kinds of the failure and its causes, each with its frames: lines of our code, and no values."""
    told = []
    for each in _with_causes(failure):
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(each.__traceback__)]
        told += [f"{type(each).__module__}.{type(each).__qualname__}", *frames]
    return told


def _with_causes(failure: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = failure
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return found
