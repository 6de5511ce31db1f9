"""Times to choose, in words: on both walls where they differ, and for whom the hour is hard."""

from datetime import datetime

import pytest

from scheduler.models import Pair, Person
from scheduler.presenters.i18n import words
from scheduler.presenters.openings import OpeningView, offered
from scheduler.programme.pairs.openings import Opening
from tests.builders import utc

PAIR = Pair(
    mentor=Person(name="Maria", timezone="America/Los_Angeles"), mentee=Person(name="Emil", timezone="Europe/Stockholm")
)


def shown(
    start: datetime,
    for_mentee: int = 100,
    for_mentor: int = 100,
    *,
    locale: str = "en",
    zone: str = "Europe/Stockholm",
    other: str = "America/Los_Angeles",
) -> OpeningView:
    found = [Opening(start, for_mentee, for_mentor)]
    others = [Person(name="Other", timezone=other)]
    (view,) = offered(found, PAIR, minutes=45, spoken=words(locale), zone=zone, others=others)
    return view


def test_both_walls_with_the_date_of_each():
    view = shown(utc(2026, 11, 9, 4))
    assert view.value == "2026-11-09T04:00Z"
    assert view.when == "Monday 9 November 2026, 05:00–05:45, Stockholm (GMT+1)"
    assert view.elsewhere == (("Other", "Sunday 8 November 2026, 20:00–20:45, Los Angeles (GMT-8)"),)


def test_the_other_wall_is_left_out_where_it_shows_the_same():
    assert shown(utc(2026, 11, 9, 17), other="Europe/Berlin").elsewhere == ()
    assert shown(utc(2026, 11, 9, 17), other="Europe/Helsinki").elsewhere != ()


def test_in_the_week_between_the_changes_of_the_clocks_the_walls_are_eight_hours_apart():
    between, after = (shown(utc(2026, 10, day, 16)).elsewhere[0][1] for day in (20, 27))
    assert "09:00–09:45, Los Angeles (GMT-7)" in between
    assert "09:00–09:45, Los Angeles (GMT-7)" in after
    assert "18:00–18:45, Stockholm (GMT+2)" in shown(utc(2026, 10, 20, 16)).when
    assert "17:00–17:45, Stockholm (GMT+1)" in shown(utc(2026, 10, 27, 16)).when


@pytest.mark.parametrize(
    ("start", "comforts", "hints"),
    [
        (utc(2026, 11, 9, 16), (100, 100), ()),
        (utc(2026, 11, 9, 16), (31, 31), ()),
        (utc(2026, 11, 9, 14), (100, 20), ("early for Maria",)),
        (utc(2026, 11, 9, 19), (30, 100), ("late for Emil",)),
        (utc(2026, 11, 9, 5), (20, 15), ("early for Emil", "late for Maria")),
        (utc(2026, 11, 9, 11), (0, 100), ("not the best hour for Emil",)),
    ],
)
def test_hard_hours_are_told_by_name(start, comforts, hints):
    assert shown(start, *comforts).hints == hints


def test_in_swedish():
    view = shown(utc(2026, 11, 9, 14), 100, 0, locale="sv")
    assert view.when == "måndag 9 november 2026, 15:00–15:45, Stockholm (GMT+1)"
    assert view.hints == ("tidigt för Maria",)
