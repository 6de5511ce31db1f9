"""The faults that real Zoom shows, by name and rate, for the simulator."""

from collections.abc import Mapping
from random import Random

WRITES = frozenset({"create", "update"})
MEETING = frozenset({"get", "update", "delete"})
CALLS = WRITES | MEETING | {"list", "users", "user", "instances", "participants", "end"}

FAULTS: dict[str, tuple[str, frozenset[str]]] = {
    "slow": ("does it, but late", CALLS),
    "hang": ("does nothing, and never answers", CALLS),
    "500-before": ("answers 500, nothing done", CALLS),
    "500-after": ("does it, and answers 500", CALLS),
    "drop-after": ("does it, and hangs up without an answer", CALLS),
    "429-second": ("too many calls this second", CALLS),
    "429-day": ("the host's quota of the day is gone", WRITES),
    "429-account": ("the account's calls of the day are used up", CALLS),
    "429-concurrent": ("another change of the same thing is on its way", WRITES | {"delete"}),
    "401-once": ("the token is revoked; a new one works", CALLS),
    "missing-scope": ("the app lacks the scope of this call", CALLS),
    "broken-json": ("does it, and answers half a JSON body", CALLS),
    "404-false": ("says that there is no such meeting, though there is", MEETING),
}


def check(rates: Mapping[str, float]) -> None:
    """Refuses, with a `ValueError` made of one sentence, a fault that does not exist or a rate outside 0 to 1."""
    for name, rate in rates.items():
        if name not in FAULTS:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(FAULTS)}.")
        if not 0 <= rate <= 1:
            raise ValueError(f"The rate of fault {name} is {rate}, and must lie between 0 and 1.")


def parse(text: str) -> tuple[str, float]:
    """`NAME=RATE` as written on a command line; a name alone means always. Raises `ValueError` with one sentence."""
    name, given, number = text.partition("=")
    try:
        rate = float(number) if given else 1.0
    except ValueError:
        raise ValueError(f"{text!r} is not NAME=RATE with a rate between 0 and 1.") from None
    check({name: rate})
    return name, rate


def pick(rates: Mapping[str, float], call: str, random: Random) -> str:
    """The fault that this call meets, or an empty string: each that applies gets its chance, in the order given."""
    applies = (name for name, rate in rates.items() if call in FAULTS[name][1] and random.random() < rate)
    return next(applies, "")
