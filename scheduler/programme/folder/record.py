"""One table or row of a file, read field by field; what is wrong is noted by its place, and reading goes on."""

from collections.abc import Callable, Mapping
from typing import Any

from scheduler.programme.checks import Wrong

REQUIRED = object()


class Problems(list[str]):
    """Sentences about mistakes, each with its place."""

    def note(self, where: str, what: object) -> None:
        sentence = f"{where}: {what}"
        self.append(sentence if sentence.endswith("?") else f"{sentence}.")


class Record:
    """`where(field)` names the place of a field, for a person who has the file open."""

    def __init__(self, data: Mapping[str, Any], where: Callable[[str], str], problems: Problems) -> None:
        self.data = data
        self.where = where
        self.problems = problems

    def take(self, field: str, check: Callable[[Any], Any], default: Any = REQUIRED) -> Any:
        """The checked value; the default where the field is absent or empty; None where it is wrong, which is noted."""
        value = self.data.get(field)
        if value is None or value == "":
            if default is not REQUIRED:
                return default
            self.problems.note(self.where(field), f"{field} is missing")
            return None
        try:
            return check(value)
        except Wrong as wrong:
            self.problems.note(self.where(field), wrong)
            return None

    def refuse_others(self, known: tuple[str, ...]) -> None:
        """Notes every field that nobody reads: most are misspelt."""
        for field in self.data:
            if field not in known:
                self.problems.note(self.where(field), f"there is no field {field[:40]!r}; known are {', '.join(known)}")
