"""How they meet, as forms ask for it: the mode first, since its fields and the possible times depend on it."""

from dataclasses import MISSING, fields

from flask import request

from scheduler.errors import BadLength
from scheduler.models.meetings import LONGEST_MINUTES, SHORTEST_MINUTES
from scheduler.programme.pairs.modes import BY_MODE, COLUMNS, How
from scheduler.states import Mode


def asked_mode(otherwise: Mode = Mode.VIDEO) -> Mode:
    """The mode that the address or the form names."""
    try:
        return Mode(request.values.get("mode", otherwise))
    except ValueError:
        return otherwise


def asked_minutes(otherwise: int) -> int:
    """The length that the address or the form names. BadLength for one that no meeting has."""
    text = request.values.get("minutes", "").strip()
    if text and not (text.isdecimal() and len(text) < 5 and SHORTEST_MINUTES <= int(text) <= LONGEST_MINUTES):
        raise BadLength(minutes=text[:20])
    return int(text) if text else otherwise


def written_how(mode: Mode) -> How:
    """The mode with what the form says of its place. Refused as the mode's own fields refuse."""
    how = BY_MODE[mode]
    return how(**{each.name: " ".join(request.form.get(each.name, "").split()) for each in fields(how)})


def outline(mode: Mode) -> How:
    """The mode before anything is known of the place: enough to find times by."""
    how = BY_MODE[mode]
    return how(**{each.name: "…" for each in fields(how) if each.default is MISSING})


def typed_fields() -> dict[str, str]:
    """What the form says in the fields of all modes, to show again."""
    return {name: request.form.get(name, "") for name in COLUMNS}
