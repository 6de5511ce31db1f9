"""What a run over a programme folder did, or would do: counts, and each row that is new or differs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FieldChange:
    name: str
    was: Any
    now: Any


@dataclass(frozen=True)
class RowChange:
    """One row that was created, or else changed in these fields. `what` names it as its file does."""

    kind: str
    what: str
    created: bool
    fields: tuple[FieldChange, ...] = ()


@dataclass
class Report:
    """How many rows of each kind were created, changed, and left alone; and which were created or changed."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    rows: list[RowChange] = field(default_factory=list)

    def add_created(self, kind: str, what: str) -> None:
        self.created[kind] += 1
        self.rows.append(RowChange(kind, what, created=True))

    def compare(self, kind: str, what: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        """Notes the row as changed where it differs, and else as left alone."""
        fields = tuple(FieldChange(name, was[name], now[name]) for name in now if was[name] != now[name])
        (self.changed if fields else self.same)[kind] += 1
        if fields:
            self.rows.append(RowChange(kind, what, created=False, fields=fields))
