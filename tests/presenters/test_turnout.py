"""The table of days and hours, and the best starts in words."""

from datetime import date, timedelta

from scheduler.presenters import turnout
from scheduler.presenters.i18n import words
from scheduler.programme.desk import Turnout, Wanted
from scheduler.states import Audience
from tests.builders import NOW, utc

STOCKHOLM = "Europe/Stockholm"


def wanted(first: date, last: date) -> Wanted:
    return Wanted(Audience.ALL, first, last, 60)


def found(*counts: tuple, people: int = 6) -> Turnout:
    return Turnout(people, 0, dict(counts), tuple(counts[:1]))


def test_a_table_for_each_week_with_the_hours_that_matter() -> None:
    some = found((utc(2026, 11, 5, 8), 6), (utc(2026, 11, 9, 10), 1), (utc(2026, 11, 9, 10, 45), 5))
    weeks = turnout.weeks(some, wanted(date(2026, 11, 5), date(2026, 11, 10)), STOCKHOLM, utc(2026, 11, 1))
    assert [(week.days[0], len(week.days)) for week in weeks] == [(date(2026, 11, 5), 4), (date(2026, 11, 9), 2)]
    assert [hour for hour, _ in weeks[0].rows] == [9, 10, 11]
    assert [cells[0].count for _, cells in weeks[0].rows] == [6, 0, 0]
    assert [cells[0].count for _, cells in weeks[1].rows] == [0, 0, 1]


def test_hours_at_which_only_a_few_can_are_not_shown() -> None:
    some = found((utc(2026, 11, 9, 2), 1), (utc(2026, 11, 9, 10), 2), (utc(2026, 11, 9, 12), 8), people=9)
    (week,) = turnout.weeks(some, wanted(date(2026, 11, 9), date(2026, 11, 9)), STOCKHOLM, utc(2026, 11, 1))
    assert [hour for hour, _ in week.rows] == [11, 12, 13]


def test_a_cell_says_by_its_level_how_many_of_all_can() -> None:
    counts = [(utc(2026, 11, 9, 8 + n), n) for n in range(2, 7)]
    (week,) = turnout.weeks(found(*counts), wanted(date(2026, 11, 9), date(2026, 11, 9)), STOCKHOLM, NOW)
    assert [cells[0].level for _, cells in week.rows] == ["some", "some", "all", "all", "all"]


def test_less_than_a_third_are_few() -> None:
    some = found((utc(2026, 11, 9, 9), 1), (utc(2026, 11, 9, 10), 4))
    (week,) = turnout.weeks(some, wanted(date(2026, 11, 9), date(2026, 11, 9)), STOCKHOLM, NOW)
    assert [cells[0].level for _, cells in week.rows] == ["few", "all"]


def test_what_is_past_or_skipped_by_the_clock_has_no_count() -> None:
    some = found((utc(2027, 3, 28, 0), 2), (utc(2027, 3, 28, 2), 2))
    (week,) = turnout.weeks(some, wanted(date(2027, 3, 28), date(2027, 3, 28)), STOCKHOLM, NOW)
    assert [(hour, cells[0].count) for hour, cells in week.rows] == [(1, 2), (2, None), (3, 0), (4, 2)]
    (later,) = turnout.weeks(
        some, wanted(date(2027, 3, 28), date(2027, 3, 28)), STOCKHOLM, utc(2027, 3, 28) + timedelta(seconds=1)
    )
    assert later.rows[0][1][0].count is None


def test_where_nobody_can_the_office_hours_are_shown() -> None:
    (week,) = turnout.weeks(found(), wanted(date(2026, 11, 9), date(2026, 11, 9)), STOCKHOLM, utc(2026, 11, 1))
    assert (week.rows[0][0], week.rows[-1][0]) == (8, 17)
    assert {cell.level for _, cells in week.rows for cell in cells} == {"none"}


def test_the_best_starts_are_written_for_a_reader_and_for_a_form() -> None:
    (best,) = turnout.best(found((utc(2026, 11, 9, 16), 5)), 90, STOCKHOLM, words("en"))
    assert (best.wall, best.count) == ("2026-11-09T17:00", 5)
    assert "9 November 2026" in best.when
    assert "17:00–18:30" in best.when
