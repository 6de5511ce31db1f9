"""A person's own times: checked, merged, kept from files, and what the engine reads."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import (
    BadComfort,
    BadDate,
    EndsWhereItStarts,
    NoHours,
    Refused,
    TooManyHours,
    UnknownTimezone,
)
from scheduler.models import AuditEntry, Availability, Delivery, Person, TimesRequest
from scheduler.programme.pairs import calendars
from scheduler.programme.people import asking, hours
from scheduler.slots import ranked
from scheduler.states import DeliveryState, Role
from tests.builders import EVENINGS, NOW, a_member, a_pair, a_person, a_programme, utc

MORNINGS = [(day, "08:00", "12:00") for day in range(5)]
EVE, CHRISTMAS = date(2026, 12, 24), date(2026, 12, 25)


def given(session: Session, person: Person, **values: Any) -> Availability:
    wanted = {
        "timezone": "Europe/Stockholm", "weekly": MORNINGS, "overrides": {}, "comfort": None, "by": person.email,
        "now": NOW, **values,
    }  # fmt: skip
    return hours.give(session, person, **wanted)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def maria(session: Session) -> Person:
    return a_person(session, "Maria Mentor", weekly=[])


class TestMerging:
    @pytest.mark.parametrize(
        ("windows", "union"),
        [
            ([("09:00", "12:00"), ("11:00", "14:00")], [("09:00", "14:00")]),
            ([("12:00", "14:00"), ("09:00", "12:00")], [("09:00", "14:00")]),
            ([("09:00", "17:00"), ("10:00", "11:00")], [("09:00", "17:00")]),
            ([("09:00", "12:00"), ("13:00", "14:00")], [("09:00", "12:00"), ("13:00", "14:00")]),
            ([("22:00", "02:00"), ("23:00", "03:00")], [("22:00", "03:00")]),
            ([("22:00", "00:00")], [("22:00", "24:00")]),
            ([("00:00", "12:00"), ("12:00", "24:00")], [("00:00", "24:00")]),
            # More than 24 hours from one start cannot be written as one window.
            ([("08:00", "24:00"), ("20:00", "08:00")], [("08:00", "24:00"), ("20:00", "08:00")]),
            ([], []),
        ],
    )
    def test_gives_the_fewest_windows_that_can_be_written(self, windows, union):
        assert list(hours.merged(windows)) == union

    def test_says_no_to_a_window_without_length(self):
        with pytest.raises(EndsWhereItStarts, match="“09:00-09:00” ends where it starts"):
            hours.merged([("09:00", "09:00")])


class TestGiving:
    def test_is_what_is_read_again(self, session, maria):
        comfort = [0] * 8 + [100] * 8 + [50] * 8
        given(
            session, maria, timezone="America/New_York", comfort=comfort,
            weekly=[(4, "16:00", "18:00"), (0, "09:00", "10:00"), (0, "09:30", "11:00")],
            overrides={CHRISTMAS: [], EVE: [("10:00", "11:00"), ("08:00", "10:00")]},
        )  # fmt: skip
        session.flush()
        session.expire_all()
        found = hours.of(session, session.get_one(Person, maria.id))
        assert found == hours.Hours(
            timezone="America/New_York",
            weekly=((("09:00", "11:00"),), (), (), (), (("16:00", "18:00"),), (), ()),
            dates={EVE: (("08:00", "11:00"),), CHRISTMAS: ()},
            comfort=tuple(comfort),
        )
        row = session.get_one(Availability, maria.id)
        assert row.weekly == [[0, "09:00", "11:00"], [4, "16:00", "18:00"]]
        assert row.overrides == {"2026-12-24": [["08:00", "11:00"]], "2026-12-25": []}
        assert row.edited_at == NOW

    def test_again_replaces_all_of_it(self, session, maria):
        given(session, maria, overrides={EVE: []}, comfort=[50] * 24)
        given(session, maria, weekly=[(6, "10:00", "12:00")], now=NOW + timedelta(hours=1))
        found = hours.of(session, maria)
        assert (found.weekly[6], found.dates, found.comfort) == ((("10:00", "12:00"),), {}, None)
        assert not any(found.weekly[:6])

    def test_dates_that_have_passed_are_not_read(self, session, maria):
        given(session, maria, overrides={EVE: [], CHRISTMAS: []})
        assert list(hours.of(session, maria, since=CHRISTMAS).dates) == [CHRISTMAS]

    def test_of_somebody_without_any_is_nothing(self, session, maria):
        assert hours.of(session, maria) == hours.Hours("Europe/Stockholm", ((),) * 7, {}, None)
        assert not hours.of(session, maria).known

    @pytest.mark.parametrize(
        ("values", "refusal"),
        [
            ({"timezone": "Europe/Stokholm"}, UnknownTimezone),
            ({"weekly": [(0, "09:00", "09:00")]}, EndsWhereItStarts),
            ({"overrides": {EVE: [("09:00", "09:00")]}}, EndsWhereItStarts),
            ({"weekly": []}, NoHours),
            ({"weekly": [], "overrides": {EVE: []}}, NoHours),
            ({"weekly": [(0, f"{n // 2:02}:{30 * (n % 2):02}", f"{n // 2:02}:{30 * (n % 2) + 20:02}")
                         for n in range(48)] + [(1, "09:00", "10:00")] * 1
              + [(day, "09:00", "10:00") for day in (2, 3)]}, TooManyHours),
            ({"overrides": {EVE + timedelta(days=n): [] for n in range(401)}}, TooManyHours),
            ({"overrides": {date(2026, 10, 31): []}}, BadDate),
            ({"overrides": {date(2036, 1, 1): []}}, BadDate),
            ({"comfort": [100] * 23}, BadComfort),
            ({"comfort": [100] * 23 + [101]}, BadComfort),
        ],
    )  # fmt: skip
    def test_what_will_not_do_is_refused_and_nothing_is_written(self, session, maria, values, refusal):
        with pytest.raises(refusal):
            given(session, maria, **values)
        assert session.get(Availability, maria.id) is None
        assert maria.timezone == "Europe/Stockholm"

    def test_every_refusal_is_one_sentence(self):
        for refusal in (UnknownTimezone, EndsWhereItStarts, TooManyHours, NoHours, BadDate, BadComfort):
            assert issubclass(refusal, Refused)
            assert refusal.sentence.endswith(".")

    def test_is_noted_in_every_programme_of_the_person(self, session, maria):
        first, second = a_programme(session), a_programme(session, "second")
        a_programme(session, "foreign")
        for programme in (first, second):
            a_member(session, programme, maria, Role.MENTOR)
        a_member(session, first, maria, Role.MENTEE)
        given(session, maria)
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(row.action, row.programme_id, row.person_id, row.by, row.at) for row in entries] == [
            ("times-given", programme.id, maria.id, "maria.mentor@example.org", NOW) for programme in (first, second)
        ]


class TestAsked:
    def test_in_two_programmes_one_answer_is_enough(self, session, maria):
        for slug in ("first", "second"):
            programme = a_programme(session, slug)
            a_member(session, programme, maria, Role.MENTOR)
            assert len(asking.ask_all(session, programme, by="", now=NOW)) == 1
        later = NOW + timedelta(hours=3)
        given(session, maria, now=later)
        assert [row.answered_at for row in session.scalars(select(TimesRequest))] == [later, later]

    def test_what_is_not_sent_yet_need_not_be(self, session, maria):
        programme = a_programme(session)
        other = a_person(session, "Olle Annan", weekly=[])
        for person in (maria, other):
            a_member(session, programme, person, Role.MENTOR)
        asking.ask_all(session, programme, by="", now=NOW)
        given(session, maria)
        states = {row.person_id: row.state for row in session.scalars(select(Delivery))}
        assert states == {maria.id: DeliveryState.SUPERSEDED, other.id: DeliveryState.WAITING}

    def test_changing_them_later_leaves_the_time_of_the_answer(self, session, maria):
        programme = a_programme(session)
        a_member(session, programme, maria, Role.MENTOR)
        (request,) = asking.ask_all(session, programme, by="", now=NOW)
        given(session, maria)
        given(session, maria, now=NOW + timedelta(days=30))
        assert request.answered_at == NOW


class TestEngine:
    """What is given is what slots are made of."""

    def slots(self, session, pair, first, last):
        known = calendars.of_pairs(session, pair.programme, [pair], first=first, last=last)
        return ranked(known.problem(pair, minutes=60, step=60, notice=0, now=NOW))

    def test_reads_weeks_dates_zone_and_comfort(self, session):
        pair = a_pair(session, a_programme(session))
        week = [(day, "16:00", "21:00") for day in range(7)]
        day = date(2026, 11, 9)
        given(session, pair.mentee, weekly=week)
        # 11:00-14:00 in New York is 17:00-20:00 in Stockholm; the hour from 12 suits best there.
        comfort = [100 if hour == 12 else 30 for hour in range(24)]
        given(
            session, pair.mentor, timezone="America/New_York", comfort=comfort,
            weekly=[(n, "11:00", "14:00") for n in range(7)], overrides={day + timedelta(days=1): []},
        )  # fmt: skip
        found = self.slots(session, pair, day, day + timedelta(days=1))
        # Both sides count: at 18 the mentee's own comfort is 50, at 17 and 19 the mentor's 30.
        assert [(instant(slot.start), slot.worst) for slot in found] == [
            (utc(2026, 11, 9, 17), 50), (utc(2026, 11, 9, 16), 30), (utc(2026, 11, 9, 18), 30),
        ]  # fmt: skip

    def test_without_comfort_of_their_own_the_contracts_table_holds(self, session):
        pair = a_pair(session, a_programme(session))
        for person in (pair.mentor, pair.mentee):
            given(session, person, weekly=[(0, "09:00", "10:00"), (0, "19:00", "20:00")])
        found = self.slots(session, pair, date(2026, 11, 9), date(2026, 11, 9))
        assert [(instant(slot.start), slot.worst) for slot in found] == [
            (utc(2026, 11, 9, 8), 100), (utc(2026, 11, 9, 18), 40),
        ]  # fmt: skip

    def test_hours_stay_on_the_wall_when_clocks_change(self, session):
        """Stockholm goes back on 25 October 2026 and New York a week later: nine to ten stays nine to ten."""
        pair = a_pair(session, a_programme(session))
        given(session, pair.mentee, weekly=[(6, "15:00", "18:00")])
        given(session, pair.mentor, timezone="America/New_York", weekly=[(6, "10:00", "12:00")])
        before = NOW - timedelta(days=30)
        starts = []
        for sunday in (date(2026, 10, 18), date(2026, 10, 25), date(2026, 11, 1)):
            known = calendars.of_pairs(session, pair.programme, [pair], first=sunday, last=sunday)
            slots = ranked(known.problem(pair, minutes=60, step=60, notice=0, now=before))
            starts.append(sorted(instant(slot.start).hour for slot in slots))
        # 16-18, then 15-17 (four hours' difference meanwhile: 10:00 is 15:00), then 16-18 in Stockholm.
        assert starts == [[14, 15], [14, 15], [15, 16]]


def instant(seconds: int) -> datetime:
    return utc(1970, 1, 1) + timedelta(seconds=seconds)


def test_files_say_evenings_until_the_person_says_otherwise(session):
    person = a_person(session, "Emil Mentee")
    assert hours.of(session, person).weekly[0] == ((EVENINGS[0][1], EVENINGS[0][2]),)
