"""Logs: a JSON object a line, and nobody in it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from scheduler import logs
from tests.builders import LINKS


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("scheduler")
    before, level, our_level = root.handlers[:], root.level, ours.level
    found = io.StringIO()
    root.handlers = []
    logs.to(found)
    yield found
    root.handlers = before
    root.setLevel(level)
    ours.setLevel(our_level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line(stream: io.StringIO) -> None:
    logging.getLogger("scheduler.web").info("two\nlines", extra={"status": 200, "person": None, "secret": "x"})
    (line,) = lines(stream)
    assert line.pop("at")
    assert line == {"level": "info", "logger": "scheduler.web", "message": "two\nlines", "status": 200}


def test_others_are_heard_when_something_is_wrong(stream: io.StringIO) -> None:
    logging.getLogger("urllib3").info("chatter")
    logging.getLogger("urllib3").warning("trouble")
    assert [line["message"] for line in lines(stream)] == ["trouble"]


def test_addresses_and_tokens_are_blotted_out(stream: io.StringIO) -> None:
    door = LINKS.door(7, 1)
    logging.getLogger("x").warning("to %s, <%s> and åsa@å.se: %s", "anna@example.org", "bo.b+c@x.example.org", door)
    (line,) = lines(stream)
    assert line["message"] == "to [address], <[address]> and [address]: https://traff.example.org/j/[token]"


def test_an_exception_is_its_kind_and_place_and_not_its_words(stream: io.StringIO) -> None:
    try:
        try:
            raise KeyError("Key (email)=(anna@example.org) already exists: Anna")
        except KeyError as cause:
            raise RuntimeError("Anna has it") from cause
    except RuntimeError:
        logging.getLogger("x").exception("a bug")
    (line,) = lines(stream)
    told = line["exception"]
    assert isinstance(told, list)
    assert [each for each in told if ":" not in each] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert __file__ in str(told)
    assert "Anna" not in stream.getvalue()
    assert "anna" not in stream.getvalue()
