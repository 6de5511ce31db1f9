"""Problems to ask: builders for hand-made ones, hypothesis strategies for awkward ones.

`TRAFF_FUZZ=5000` makes every property test draw that many fresh examples instead of its usual, repeatable ones.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase

from tests.slots.reference import Data, zone

Check = Callable[[Any], None]

FUZZ = int(os.environ.get("TRAFF_FUZZ", "0"))

MINUTE, HOUR, DAY = 60, 3600, 86400
ALWAYS = [[day, "00:00", "24:00"] for day in range(7)]

ZONES = [
    "Europe/Stockholm", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
    "Africa/Casablanca", "America/St_Johns", "Asia/Tehran", "Europe/Dublin", "Antarctica/Troll", "America/Havana",
    "Asia/Gaza", "Africa/Cairo", "Pacific/Chatham", "Pacific/Kiritimati", "America/Sao_Paulo", "America/Asuncion",
    "Pacific/Easter", "Australia/Adelaide", "Asia/Kolkata", "America/Caracas", "Asia/Pyongyang", "Atlantic/Azores",
    "America/Nuuk", "Asia/Beirut", "America/Santiago", "Asia/Hebron", "America/Vancouver", "Pacific/Kwajalein",
    "Africa/El_Aaiun", "Antarctica/Casey", "America/Scoresbysund", "Pacific/Fakaofo", "Pacific/Norfolk", "Asia/Amman",
    "Europe/Moscow", "Europe/Istanbul", "Africa/Juba", "America/Metlakatla", "Pacific/Bougainville", "UTC",
    "Etc/GMT+12",
]  # fmt: skip
STEPS = [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 30, 32, 36, 40, 45, 48, 60, 72, 80, 90, 96, 120, 144, 160]
STEPS += [180, 240, 288, 360, 480, 720, 1440]


def on_many(
    strategy: st.SearchStrategy[Any], examples: int, *, fresh: bool = bool(FUZZ)
) -> Callable[[Check], Callable[[], None]]:
    """Makes a test of a check, on so many examples: the same ones every time, or `TRAFF_FUZZ` fresh ones.

    Hypothesis by itself makes most examples from the ones before, and so meets a rare rule seldom; here each is drawn
    anew. One that fails goes to Hypothesis, which makes it as small as it can and prints it.
    """

    def test_of(check: Check) -> Callable[[], None]:
        memory, quiet = InMemoryExampleDatabase(), list(HealthCheck)
        how = settings(database=memory, deadline=None, suppress_health_check=quiet, phases=[Phase.reuse, Phase.shrink])
        drawn: Any = how(given(strategy)(check))

        def test() -> None:
            chance = Random(None if fresh else check.__name__)
            for _ in range(FUZZ or examples):
                try:
                    drawn.hypothesis.fuzz_one_input(chance.randbytes(1 << 15))
                except Exception:
                    drawn()
                    raise

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return test_of


# By hand


def utc(text: str) -> int:
    """'2026-03-29 01:00' (or with seconds) as UTC epoch seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def person(**fields: Any) -> Data:
    """Somebody in UTC who is always free."""
    return {"id": "p0", "tz": "UTC", "weekly": ALWAYS, **fields}


def problem(first: str, last: str, *people: Data, **fields: Any) -> Data:
    """An hour on the hour, from the one instant to the other; `p0`, `p1`, ... in order."""
    named = [{**each, "id": f"p{i}"} for i, each in enumerate(people or [person()])]
    return {"now": 0, "horizon": [utc(first), utc(last)], "duration": 60, "step": 60, "people": named, **fields}


# By chance


@cache
def clock_changes(name: str) -> list[int]:
    """The instants from 1980 to 2100 at which this zone's clock is set, to the minute; none for some zones."""
    where, changes, often = zone(name), [], 12 * DAY

    def offset(second: int) -> timedelta | None:
        return datetime.fromtimestamp(second, where).utcoffset()

    for low in range(utc("1980-01-05"), utc("2100-12-01"), often):
        before, after = low, low + often
        if offset(before) == offset(after):
            continue
        while after - before > MINUTE:
            middle = (before + after) // 2 // MINUTE * MINUTE
            before, after = (middle, after) if offset(middle) == offset(before) else (before, middle)
        changes.append(after)
    return changes


SKIPPED = {  # the instants at which a clock jumped over a whole date
    "Pacific/Apia": utc("2011-12-30 10:00"),
    "Pacific/Fakaofo": utc("2011-12-30 11:00"),
    "Pacific/Kwajalein": utc("1993-08-21 12:00"),
    "Pacific/Kiritimati": utc("1994-12-31 10:00"),
}


YEARS = [1981, 2004, 2009, 2015, 2016, 2020, 2026, 2032, 2037, 2038, 2076, 2099, 2100]


@st.composite
def places(draw: st.DrawFn) -> tuple[str, int]:
    """A zone and an instant at which something happens there: its clock changes, a date is skipped, a year ends."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return draw(st.sampled_from(sorted(SKIPPED.items())))
    name = draw(st.sampled_from(ZONES))
    if kind <= 6 and clock_changes(name):
        return name, draw(st.sampled_from(clock_changes(name)))
    day = draw(st.sampled_from(["12-31 12:00", "12-31 22:00", "01-02 05:00", "02-28 23:00"]))
    return name, utc(f"{draw(st.sampled_from(YEARS))}-{day}")


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


NIGHTS = [
    [["19:00", "06:00"]],
    [["18:00", "17:00"]],
    [["23:30", "24:00"], ["00:00", "05:00"]],
    [["00:00", "02:00"], ["01:00", "04:00"]],
    [["20:00", "02:30"], ["03:30", "12:00"]],
    [["22:00", "00:30"], ["01:30", "11:00"]],
    [["00:15", "01:45"], ["02:10", "02:50"], ["03:00", "09:00"]],
    [["23:00", "01:30"], ["01:30", "12:00"]],
]
DAYS = [[["07:00", "12:00"], ["12:00", end]] for end in ("12:45", "19:00", "24:00", "00:00", "02:30")]
ODD_WINDOW = (
    st.tuples(st.integers(0, 1439), st.integers(0, 1440))
    .filter(lambda ends: ends[0] != ends[1])
    .map(lambda ends: [clock(ends[0]), clock(ends[1])])
)
WHOLE = st.just([["00:00", "24:00"]])
NIGHT = st.sampled_from(NIGHTS)
WINDOWS = st.one_of(WHOLE, WHOLE, st.sampled_from(DAYS), NIGHT, NIGHT, st.lists(ODD_WINDOW, max_size=3))
SAME_DAYS = WINDOWS.map(lambda same: [[day, a, b] for day in range(7) for a, b in same])
OWN_DAYS = st.lists(WINDOWS, min_size=7, max_size=7).map(
    lambda days: [[day, a, b] for day, windows in reversed(list(enumerate(days))) for a, b in windows]
)
EXCEPTION: st.SearchStrategy[list[list[str]]] = st.one_of(st.just([]), NIGHT, WINDOWS)
# Seconds after the start of the horizon (or before it), and how long: by the quarter, to the second, nothing, reversed.
QUARTERS = st.tuples(st.integers(-40, 300).map(lambda n: 900 * n), st.sampled_from([900, 1800, 3600, 5400, 36000]))
SECONDS = st.tuples(st.integers(-DAY, 8 * DAY), st.integers(-HOUR, 2 * HOUR))
SPANS = st.lists(st.one_of(QUARTERS, SECONDS, st.tuples(st.integers(0, 3 * DAY), st.just(0))), max_size=6)
BUFFER = st.one_of(st.none(), st.sampled_from([0, 5, 10, 15, 30, 60]), st.integers(0, 90))
LIMIT = st.sampled_from([1, 1, None, 2, 3])
TABLE = st.tuples(st.sampled_from([101, 101, 3]), st.binary(min_size=24, max_size=24)).map(
    lambda table: [each % table[0] for each in table[1]]  # three values only: many slots are as good as each other
)
WEEKLY = st.one_of(SAME_DAYS, SAME_DAYS, OWN_DAYS)
FEATURES: dict[str, st.SearchStrategy[Any]] = {
    "overrides": st.dictionaries(st.sampled_from([0, -1, 1, -2, 2, 3, 5]), EXCEPTION, max_size=4),
    "busy": SPANS,
    "held": SPANS,
    "before": BUFFER,
    "after": BUFFER,
    "per_day": LIMIT,
    "per_week": LIMIT,
    "comfort": st.one_of(TABLE, TABLE, st.none()),
}
# A problem has few features, so that one does not hide another; these go together.
MIXES = [[], ["overrides"], ["busy"], ["busy", "before", "after"], ["held", "before", "after"], ["held", "per_day"]]
MIXES += [["held", "per_week"], ["busy", "held", "per_day", "per_week"], ["overrides", "busy"], list(FEATURES)]
MIX = st.tuples(st.sampled_from(MIXES), st.booleans()).map(lambda mix: frozenset(mix[0] + ["comfort"] * mix[1]))


@cache
def somebody(mix: frozenset[str]) -> st.SearchStrategy[Data]:
    """Somebody with these features, not yet settled in a zone."""
    return st.fixed_dictionaries({"weekly": WEEKLY, **{key: FEATURES[key] for key in FEATURES if key in mix}})


def settled(who: Data, name: str, instant: int, first: int) -> Data:
    """Somebody who lives in this zone, exceptions about the instant, meetings from the first second on."""
    found = {"tz": name, **who}
    day = datetime.fromtimestamp(instant, zone(name)).date()
    if "overrides" in found:
        found["overrides"] = {(day + timedelta(days=n)).isoformat(): each for n, each in found["overrides"].items()}
    for key in {"busy", "held"} & set(found):
        found[key] = [[first + s, first + s + n] for s, n in found[key]]
    return found


@st.composite
def times(draw: st.DrawFn, instant: int, days: int) -> Data:
    """When to look: a horizon around the instant, with `now` before it or within it."""
    first = instant - HOUR * draw(st.integers(2, 40))
    last = instant + HOUR * draw(st.integers(4, 24)) + DAY * draw(st.integers(0, days - 1))
    kind = draw(st.integers(0, 15))
    if kind == 0:
        last = first - draw(st.integers(-HOUR, DAY))
    elif kind <= 6:
        first, last = first + draw(st.integers(-4000, 4000)), last + draw(st.integers(-4000, 4000))
    first = max(first, utc("1980-01-01"))
    notice = draw(st.sampled_from([0, 0, 1, 59, 240, 1440]))
    now = first - 3 * DAY
    if draw(st.integers(0, 2)) == 0:
        earliest = first + HOUR * draw(st.integers(1, 20)) + draw(st.sampled_from([0, 1, -1, 30, 59]))
        now = earliest - notice * MINUTE
    return {"now": now, "horizon": [first, last], "notice": notice}


@st.composite
def grids(draw: st.DrawFn) -> Data:
    """How long and how often: the usual, or anything."""
    if draw(st.booleans()):
        return {"duration": draw(st.sampled_from([15, 30, 45, 60, 90])), "step": draw(st.sampled_from([5, 15, 30, 60]))}
    step = draw(st.sampled_from(STEPS))
    long = draw(st.one_of(st.integers(1, 120), st.sampled_from([75, 90, 120, 180, 240]), st.integers(1, 600)))
    return {"duration": long, "step": step, "anchor": draw(st.integers(0, 1439)) % step}


@st.composite
def ranks(draw: st.DrawFn, names: list[str]) -> Data:
    """How to rank: everything, the first few, few a date."""
    found: Data = {
        "limit": draw(st.sampled_from([None, 1, 2, 3, 4, 5, 7, 10, 20, 30])),
        "per_day": draw(st.sampled_from([None, 1, 2, 3])),
        "zone": draw(st.sampled_from([None, *names, "Pacific/Apia", "America/Nuuk"])),
    }
    return {key: value for key, value in found.items() if value is not None or draw(st.booleans())}


@st.composite
def problems(draw: st.DrawFn, most_people: int = 3, most_days: int = 9) -> Data:
    """Any problem the contract allows, with its horizon on an awkward date of its first person's zone."""
    name, instant = draw(places())
    days = min(most_days, draw(st.sampled_from([1, 1, 2, 2, 3, 4, 9])))
    found = {**draw(times(instant, days)), **draw(grids())}
    names = [name]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, *range(most_people)]))):
        names.append(draw(st.sampled_from([name, *ZONES])))
    mix, first = draw(MIX), found["horizon"][0]
    found["people"] = [
        {"id": f"p{i}", **settled(draw(somebody(mix)), where, instant, first)} for i, where in enumerate(names)
    ]
    found["need"] = draw(st.sampled_from([None, "all", *range(1, len(names) + 1), 1, 1]))
    found["required"] = draw(st.sampled_from([[], [], ["p0"], [f"p{len(names) - 1}"]]))
    found["rank"] = draw(ranks(names))
    return found


@st.composite
def crowds(draw: st.DrawFn) -> Data:
    """A problem with up to forty people of a few kinds, each with calendars of their own."""
    found = draw(problems(most_people=4, most_days=1))
    kinds, first = found["people"], found["horizon"][0]
    size = draw(st.integers(len(kinds), 40))
    calendars = draw(st.lists(SPANS, min_size=size, max_size=size))
    found["people"] = [
        {**kinds[i % len(kinds)], "id": f"p{i}", "busy": [[first + s, first + s + n] for s, n in calendars[i][:2]]}
        for i in range(size)
    ]
    found["need"] = 1 + draw(st.integers(0, 39)) % size // 2
    return found


@st.composite
def cohorts(draw: st.DrawFn, most_pairs: int = 5, most_hosts: int = 2, most_options: int = 3) -> Data:
    """A small wave: few hosts, shared people, clashing options, some of them listed twice."""
    base = 1790000100 // 900 * 900
    moments = st.one_of(
        st.integers(0, 8).map(lambda n: base + 900 * n),
        st.integers(0, 8 * 900).map(lambda n: base + n),
    )
    busy = st.builds(lambda s, n: [s, s + n], moments, st.sampled_from([-60, 0, 1, 900, 1800, 3601]))
    option = st.builds(lambda s, v: [s, v], moments, st.integers(1, 9))
    hosts = [
        {"id": f"z{i}", "busy": draw(st.lists(busy, max_size=2))}
        for i in range(draw(st.sampled_from([*range(most_hosts + 1), most_hosts])))
    ]
    pairs = []
    for i in range(draw(st.sampled_from([0, *range(2, most_pairs + 1), most_pairs]))):
        names = draw(st.lists(st.sampled_from(["m0", "m1", "m2", "e0", "e1"]), min_size=1, max_size=2, unique=True))
        pair = {"id": f"a{i}", "people": names, "duration": draw(st.sampled_from([15, 30, 30, 45, 60, 7]))}
        pair["options"] = draw(st.lists(option, min_size=draw(st.sampled_from([0, 1, 1, 2])), max_size=most_options))
        if draw(st.integers(0, 3)) == 0:
            pair["host"] = draw(st.booleans())
        pairs.append(pair)
    return {"hosts": hosts, "gap": draw(st.sampled_from([0, 0, 5, 10, 15, 20])), "pairs": pairs}
