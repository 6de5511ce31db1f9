"""The demo programme is what its README says: tidy, consistent, and hard enough for the wave that books it."""

import csv
import re
import tomllib
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

zoneinfo.reset_tzpath(to=[])  # PyPI's tzdata, as everywhere in the service

DEMO = Path(__file__).parents[1] / "demo"
HEADERS = {
    "people": ["email", "name", "role", "department", "timezone", "locale"],
    "pairs": ["mentor", "mentee"],
    "availability": ["email", "weekday", "start", "end"],
}
DEPARTMENTS = [
    "Engelska institutionen",
    "Fysikum",
    "Institutionen för astronomi",
    "Institutionen för biologisk grundutbildning",
    "Institutionen för ekologi, miljö och botanik",
    "Institutionen för folkhälsovetenskap",
    "Institutionen för lingvistik",
    "Institutionen för material- och miljökemi",
    "Institutionen för mediestudier",
    "Institutionen för molekylär biovetenskap",
    "Socialantropologiska institutionen",
    "Stockholms Resilienscentrum",
]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ADDRESS = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*@([a-z]+\.)?example\.(org|com|net)")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
HOLIDAYS = {  # Swedish public holidays within the programme, and the two eves that everybody has free
    *(date(2026, 12, day) for day in (24, 25, 26, 31)),
    *(date(2027, 1, day) for day in (1, 6)),
    *(date(2027, 3, day) for day in (26, 28, 29)),
    *(date(2027, 5, day) for day in (1, 6, 16)),
}

HOSTS, MEETING, MEETING_AND_GAP = 4, 3, 4  # 45 minutes and 15 between, in quarters
DAY, WEEK = 96, 7 * 96
# Whole weeks that `traff demo` may move the programme by: none, both clock changes of spring, summer, that of autumn.
SHIFTS = (0, 17, 32, 49)

Row = dict[str, str]
Pair = tuple[str, str]


@cache
def programme() -> dict[str, Any]:
    return tomllib.loads((DEMO / "programme.toml").read_text("utf-8"))


@cache
def rows(name: str) -> list[Row]:
    with (DEMO / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def people() -> dict[str, Row]:
    return {row["email"]: row for row in rows("people")}


def pairs() -> list[Pair]:
    return [(row["mentor"], row["mentee"]) for row in rows("pairs")]


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


@cache
def week_of(email: str) -> bytearray:
    """For each minute of an ordinary week, by the person's own clock, whether they can meet."""
    week = bytearray(7 * 1440)
    for row in rows("availability"):
        if row["email"] == email:
            start, end = minutes(row["start"]), minutes(row["end"])
            midnight = WEEKDAYS.index(row["weekday"]) * 1440
            for minute in range(start, end if start < end else end + 1440):
                week[(midnight + minute) % len(week)] = True
    return week


@cache
def wall_clock(zone: str, shift: int) -> list[int]:
    """The minute of the week that clocks show at each quarter of the two weeks in which first meetings are held."""
    first = programme()["programme"]["starts_on"] + timedelta(days=14, weeks=shift)
    home = ZoneInfo(programme()["programme"]["timezone"])
    start, end = (datetime.combine(day, time(), home).astimezone(UTC) for day in (first, first + timedelta(days=14)))
    shown = []
    while start < end:
        local = start.astimezone(ZoneInfo(zone))
        shown.append(local.weekday() * 1440 + local.hour * 60 + local.minute)
        start += timedelta(minutes=15)
    return shown


@cache
def free(email: str, shift: int) -> list[bool]:
    """Whether the person can meet throughout each quarter."""
    week = week_of(email) * 2
    return [all(week[at : at + 15]) for at in wall_clock(people()[email]["timezone"], shift)]


@cache
def starts(pair: Pair, shift: int = 0) -> list[int]:
    """The quarters at which a meeting of the pair can start."""
    both = [a and b for a, b in zip(*(free(email, shift) for email in pair), strict=True)]
    return [at for at in range(len(both) - MEETING + 1) if all(both[at : at + MEETING])]


def popular(start: int) -> bool:
    """Whether a meeting lies within Tuesday to Thursday 17-19 by Stockholm's clock, in weeks without a clock change."""
    return start % WEEK // DAY in (1, 2, 3) and 17 * 4 <= start % DAY <= 19 * 4 - MEETING


def in_turn(turns: list[Pair], shift: int) -> set[Pair]:
    """The pairs that get a meeting when each in turn takes the first start with a free host."""
    held: Counter[int] = Counter()
    taken: defaultdict[str, set[int]] = defaultdict(set)
    placed = set()
    for pair in turns:
        for at in starts(pair, shift):
            lasts = range(at, at + MEETING)
            if any(taken[email].intersection(lasts) for email in pair):
                continue
            if all(held[quarter] < HOSTS for quarter in range(at, at + MEETING_AND_GAP)):
                held.update(range(at, at + MEETING_AND_GAP))
                for email in pair:
                    taken[email].update(lasts)
                placed.add(pair)
                break
    return placed


def addresses() -> Iterator[str]:
    yield programme()["programme"]["contact"]
    for department in programme()["departments"]:
        yield from department["coordinators"]
    yield from (row["email"] for row in rows("people"))


@pytest.mark.parametrize("name", HEADERS)
def test_files_are_plain_utf8_csv(name: str) -> None:
    text = (DEMO / f"{name}.csv").read_bytes().decode("utf-8")
    assert text.splitlines()[0] == ",".join(HEADERS[name])
    assert text.endswith("\n")
    assert "\r" not in text
    assert all(value and value == value.strip() for row in rows(name) for value in row.values())
    assert all(list(row) == HEADERS[name] for row in rows(name))


def test_counts() -> None:
    assert len(people()) == len(rows("people")) == 160
    assert Counter(row["role"] for row in rows("people")) == {"mentor": 80, "mentee": 80}
    assert len(set(pairs())) == len(pairs()) == 80
    assert len({mentee for _, mentee in pairs()}) == 80
    assert Counter(Counter(mentor for mentor, _ in pairs()).values()) == {1: 68, 2: 6}


def test_everybody_is_known_by_one_reserved_address() -> None:
    assert len(set(addresses())) == len(list(addresses()))
    assert [address for address in addresses() if not ADDRESS.fullmatch(address)] == []
    assert len({row["name"] for row in rows("people")}) == 160


def test_people_have_a_department_a_zone_and_a_language() -> None:
    for row in rows("people"):
        assert row["department"] in DEPARTMENTS
        assert row["timezone"] in zoneinfo.available_timezones()
    languages = Counter(row["locale"] for row in rows("people"))
    assert set(languages) == {"sv", "en"}
    assert languages["sv"] > 3 * languages["en"]


def test_a_fifth_live_abroad() -> None:
    abroad = [row for row in rows("people") if row["timezone"] != "Europe/Stockholm"]
    assert len(abroad) == 32
    assert 3 <= sum(row["role"] == "mentee" for row in abroad) <= 6
    assert len({row["timezone"] for row in abroad}) >= 15


def test_pairs_are_a_mentor_and_a_mentee() -> None:
    for mentor, mentee in pairs():
        assert people()[mentor]["role"] == "mentor"
        assert people()[mentee]["role"] == "mentee"
    departments = [(people()[mentor]["department"], people()[mentee]["department"]) for mentor, mentee in pairs()]
    assert sum(a != b for a, b in departments) == 4
    assert {a for a, _ in departments} == {b for _, b in departments} == set(DEPARTMENTS)


def test_files_are_sorted() -> None:
    order = [(DEPARTMENTS.index(row["department"]), row["role"] == "mentee") for row in rows("people")]
    assert order == sorted(order)
    place = {row["email"]: index for index, row in enumerate(rows("people"))}
    assert pairs() == sorted(pairs(), key=lambda pair: [place[email] for email in pair])
    windows = [(row["email"], WEEKDAYS.index(row["weekday"]), row["start"]) for row in rows("availability")]
    assert windows == sorted(windows)


def test_windows_are_well_formed_and_apart() -> None:
    for row in rows("availability"):
        assert row["email"] in people()
        assert CLOCK.fullmatch(row["start"])
        assert CLOCK.fullmatch(row["end"])
        assert row["start"] != row["end"]
    for _, day in groupby(rows("availability"), key=lambda row: (row["email"], row["weekday"])):
        assert all(earlier["start"] < earlier["end"] < later["start"] for earlier, later in pairwise(day))


def test_windows_are_of_many_kinds() -> None:
    given = Counter(row["email"] for row in rows("availability"))
    assert 5 <= len(people()) - len(given) <= 8
    assert max(given.values()) <= 5
    assert sum(count >= 2 for count in given.values()) >= 140
    assert any(row["start"] > row["end"] for row in rows("availability")), "nobody is free past midnight"
    assert any(minutes(row["start"]) % 15 for row in rows("availability")), "nobody has an odd minute"


def test_programme() -> None:
    about = programme()["programme"]
    assert about["slug"] == "mentor-2026"
    assert about["name"] == {"sv": "Mentorskapsprogrammet 2026–27", "en": "Mentorship programme 2026–27"}
    assert (about["timezone"], about["locale"], about["meeting_minutes"]) == ("Europe/Stockholm", "sv", 45)
    assert about["starts_on"] == date(2026, 11, 2)
    assert about["ends_on"] + timedelta(days=1) == about["starts_on"] + timedelta(weeks=28)
    assert all(about["starts_on"] < start < end < about["ends_on"] for start, end in about["blackouts"])
    assert [department["name"] for department in programme()["departments"]] == DEPARTMENTS
    assert {len(department["coordinators"]) for department in programme()["departments"]} == {1, 2}


def test_events_stand_in_order_on_working_days_of_the_programme() -> None:
    about, events = programme()["programme"], programme()["events"]
    assert [event["kind"] for event in events] == [
        "workshop", "workshop", "kick-off", "exchange", "mid-way", "exchange", "conclusion",
    ]  # fmt: skip
    assert len({event["slug"] for event in events}) == 7
    assert all(a["starts"] < b["starts"] for a, b in pairwise(events))
    for event in events:
        day = event["starts"].date()
        assert about["starts_on"] <= day <= about["ends_on"]
        assert day.weekday() < 5
        assert day not in HOLIDAYS
        assert not any(start <= day <= end for start, end in about["blackouts"])
        assert event["opens"] < event["closes"] <= event["starts"]
        assert event["opens"].date().weekday() < 5


def test_events_say_who_where_and_how_many() -> None:
    audience = Counter(row["role"] + "s" for row in rows("people"))
    audience["all"] = len(people())
    for event in programme()["events"]:
        assert event["capacity"] >= audience[event["audience"]]
        assert event["format"] in {"online", "on-site", "hybrid"}
        assert bool(event.get("place")) == (event["format"] != "online")
        asked = event.get("questions", [])
        assert ("diet" in [question["name"] for question in asked]) == (event["format"] != "online")
        for text in (event["title"], *(question["text"] for question in asked)):
            assert set(text) == {"sv", "en"}
            assert all(text.values())


def test_mentors_workshop_is_in_the_daytime_for_nearly_all_mentors() -> None:
    (event,) = (event for event in programme()["events"] if event["audience"] == "mentors")
    zones = [ZoneInfo(row["timezone"]) for row in rows("people") if row["role"] == "mentor"]

    def awake(starts: datetime) -> int:
        instant = starts.replace(tzinfo=ZoneInfo("Europe/Stockholm")).astimezone(UTC)
        both = [(instant.astimezone(z), (instant + timedelta(minutes=event["minutes"])).astimezone(z)) for z in zones]
        return sum(a.hour >= 6 and a.date() == b.date() for a, b in both)

    assert awake(event["starts"]) >= 78
    assert awake(event["starts"]) == max(awake(event["starts"].replace(hour=hour)) for hour in range(7, 21))


def test_most_pairs_have_a_few_hours_in_common() -> None:
    common = [len(starts(pair)) for pair in pairs()]
    assert sum(count > 0 for count in common) == 73
    assert sum(4 <= count <= 60 for count in common) == 73


@pytest.mark.parametrize("shift", SHIFTS)
def test_some_pairs_can_never_meet(shift: int) -> None:
    apart = [pair for pair in pairs() if not starts(pair, shift)]
    silent = [pair for pair in apart if not all(any(week_of(email)) for email in pair)]
    assert (len(apart), len(silent)) == (7, 4)
    assert apart == [pair for pair in pairs() if not starts(pair)]
    zones = [people()[mentor]["timezone"] for mentor, mentee in apart if (mentor, mentee) not in silent]
    assert zones == ["Europe/London", "America/Los_Angeles", "Australia/Sydney"]


@pytest.mark.parametrize("shift", SHIFTS)
def test_all_who_can_meet_fit_on_four_hosts(shift: int) -> None:
    able = [pair for pair in pairs() if starts(pair, shift)]
    assert in_turn(sorted(able, key=lambda pair: len(starts(pair, shift))), shift) == set(able)


def test_hosts_are_contended() -> None:
    able = [pair for pair in pairs() if starts(pair)]
    assert len(in_turn(able, 0)) < len(able), "booking in any order places everybody"
    places = HOSTS * 3 * 2 * 2  # two meetings a host on each of three evenings, in two weeks
    assert sum(any(map(popular, starts(pair))) for pair in able) > places
    assert max(Counter(at for pair in able for at in starts(pair)).values()) > 5 * HOSTS
