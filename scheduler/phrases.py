"""Sentences that are written in English here and told in the reader's language later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Marks a sentence for the catalogue and returns it as it is."""
    return sentence


@dataclass(frozen=True)
class Moment:
    """An instant to be told on the wall clock of an IANA zone."""

    at: datetime
    zone: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M} ({self.zone})"


@dataclass(frozen=True)
class Phrase:
    """A sentence, or a part of one, for a reader of any language. `values` fill its %(names)s, phrases among them."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.values
