"""Races that are no luck: nobody writes before the others have looked."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.crowds import PATIENCE


class Race:
    """Whoever has looked waits, before they write, until so many threads have looked.

    With the guards on nobody else comes to look, and `patience` is how long they wait in vain.
    """

    def __init__(self, runners: int = 2, *, patience: float = PATIENCE) -> None:
        self._runners, self._patience = runners, patience
        self._looked: set[int] = set()
        self._met = threading.Event()

    def looked(self) -> None:
        self._looked.add(threading.get_ident())
        if len(self._looked) >= self._runners:
            self._met.set()
        self._met.wait(self._patience)

    def after(self, look: Callable[..., Any]) -> Callable[..., Any]:
        """The look, after which one waits."""

        def run(*args: object, **values: object) -> object:
            found = look(*args, **values)
            self.looked()
            return found

        return run

    def before(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """What is written once one has looked, and waited."""

        def run(*args: object, **values: object) -> object:
            self.looked()
            return write(*args, **values)

        return run


def looked(folder: Path, race: str = "", *, runners: int = 2, patience: float = PATIENCE) -> None:
    """The same between processes, which leave their marks in a folder: names that begin with the race's own."""
    (folder / f"{race}{uuid4().hex}").touch()
    until = time.monotonic() + patience
    while len(list(folder.glob(f"{race}*"))) < runners and time.monotonic() < until:
        time.sleep(0.01)
