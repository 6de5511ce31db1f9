"""What commands have in common: where settings come from, how a date and a programme are named, and how to stop."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import FrameType

import click
from dotenv import dotenv_values
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import BadSetting, Refused, UnknownName
from scheduler.models import Programme
from scheduler.programme import access, checks
from scheduler.settings import Settings


class NoSuchProgramme(Refused):
    sentence = "There is no programme %(slug)s; %(known)s."


class CannotListen(Refused):
    sentence = "Cannot listen on %(host)s port %(port)s: %(why)s; choose another with --port."


def settings(*, makes_links: bool = True, port: int = 8000) -> Settings:
    """The settings of the environment, and of `.env` for what the environment leaves open.

    Without TRAFF_BASE_URL, links lead to this machine and the `port` that is served.
    """
    try:
        local = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    except (OSError, UnicodeDecodeError):
        raise BadSetting(name=".env", why="cannot be read; save it as text in UTF-8") from None
    given = {**local, **os.environ}
    if not given.get("TRAFF_BASE_URL"):
        given["TRAFF_BASE_URL"] = f"http://127.0.0.1:{port}"
    return Settings.from_env(given, makes_links=makes_links)


def a_day(text: str) -> date:
    """The type of an option that is a date."""
    try:
        return checks.day(date.fromisoformat(text))
    except checks.Wrong as wrong:
        raise click.BadParameter(f"{wrong}.") from None
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date; write it as 2026-11-16.") from None


def the_programme(session: Session, slug: str) -> Programme:
    """The programme of this short name. NoSuchProgramme, which names those that there are, for another."""
    try:
        return access.programme_by_slug(session, slug)
    except UnknownName:
        known = ", ".join(session.scalars(select(Programme.slug).order_by(Programme.slug)))
        raise NoSuchProgramme(slug=slug, known=f"known are: {known}" if known else "load one with traff load") from None


def on_signals(then: Callable[[], object]) -> None:
    """Calls `then` on SIGTERM and on Ctrl-C."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        then()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


@contextmanager
def until_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C has been pressed within, which by itself ends nothing; pressed again, it ends the command."""
    pressed = threading.Event()

    def press(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            signal.default_int_handler(number, frame)
        pressed.set()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)
