"""One table or row of a file, read field by field; what is wrong is noted by its place, and reading goes on."""

from collections.abc import Callable, Mapping
from typing import Any

from scheduler.phrases import N_, Phrase
from scheduler.programme.checks import Wrong

REQUIRED = object()
Place = Phrase | str


class Problems(list[Phrase]):
    """Sentences about mistakes, each with its place."""

    def note(self, where: Place, sentence: str, **values: object) -> None:
        """A mistake there; `values` fill the %(names)s of the sentence, which needs no full stop."""
        self.add(where, Phrase(sentence, values))

    def add(self, where: Place, what: Phrase) -> None:
        ends = str(what).endswith(("?", "."))
        self.append(Phrase("%(where)s: %(what)s" if ends else "%(where)s: %(what)s.", {"where": where, "what": what}))


def place(file: str, line: object, column: object = "") -> Phrase:
    """Where a person who has the file open looks; a column by its name or its number."""
    sentence = N_("%(file)s line %(line)s, column %(column)s") if column else N_("%(file)s line %(line)s")
    return Phrase(sentence, {"file": file, "line": line, "column": column})


class Record:
    """`where(field)` names the place of a field, for a person who has the file open."""

    def __init__(self, data: Mapping[str, Any], where: Callable[[str], Phrase], problems: Problems) -> None:
        self.data = data
        self.where = where
        self.problems = problems

    def take(self, field: str, check: Callable[[Any], Any], default: Any = REQUIRED) -> Any:
        """The checked value; the default where the field is absent or empty; None where it is wrong, which is noted."""
        value = self.data.get(field)
        if value is None or value == "":
            if default is not REQUIRED:
                return default
            self.problems.note(self.where(field), N_("%(column)s is missing"), column=field)
            return None
        try:
            return check(value)
        except Wrong as wrong:
            self.problems.add(self.where(field), wrong.phrase)
            return None

    def refuse_others(self, known: tuple[str, ...]) -> None:
        """Notes every field that nobody reads: most are misspelt."""
        for field in self.data:
            if field not in known:
                self.problems.note(
                    self.where(field), N_("there is no field %(column)s; known are %(known)s"),
                    column=repr(field[:40]), known=", ".join(known),
                )  # fmt: skip
