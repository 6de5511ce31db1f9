"""Answers by mail: those that count are done, once; all others change nothing, and are kept with a reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from scheduler.db import Database
from scheduler.models import AuditEntry, Delivery, Meeting, Proposal, Receipt, Registration, Seat
from scheduler.programme.events.limits import Limit
from scheduler.programme.pairs import meetings
from scheduler.programme.replies import inbound, parking, partstats
from scheduler.programme.replies.arrived import Arrived
from scheduler.states import Action, Invited, MeetingState, Parked, Partstat, RegistrationState
from tests.builders import NOW, a_programme, a_registration, an_event
from tests.programme.answering import EMIL, LATER, MARIA, a_booked_pair, an_answer, take, the_seat

RUT = "rut.registrant@example.org"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ORDERED = select(Delivery).order_by(Delivery.id)


@pytest.fixture
def booked(database: Database) -> Database:
    """Maria and Emil have a meeting."""
    with database.writing() as session:
        a_booked_pair(session)
    return database


@pytest.fixture
def full(database: Database) -> Database:
    """Rut has the only seat at a workshop, and Wille waits for it."""
    with database.writing() as session:
        event = an_event(session, a_programme(session), capacity=1)
        a_registration(session, event)
        a_registration(session, event, "Wille Waiter")
    return database


def the_row(database: Database) -> Meeting:
    with database.reading() as session:
        return session.get_one(Meeting, 1)


def the_place(database: Database) -> Registration:
    """Rut's."""
    with database.reading() as session:
        return session.get_one(Registration, 1)


def seats(database: Database) -> dict[str, Partstat | None]:
    with database.reading() as session:
        return {seat.person.email: seat.partstat for seat in session.scalars(select(Seat))}


def everything(database: Database) -> list[list[list[object]]]:
    """All that an answer could change."""
    with database.reading() as session:
        tables = (Meeting, Seat, Registration, Delivery, Proposal, AuditEntry)
        return [
            [
                [getattr(row, column.key) for column in table.__table__.columns]
                for row in session.scalars(select(table).order_by(table.id))
            ]
            for table in tables
        ]


class TestWhatCounts:
    @pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE"])
    def test_is_noted_for_whoever_answers(self, booked, partstat):
        assert take(booked, an_answer(the_row(booked), EMIL, partstat)) is None
        assert seats(booked) == {MARIA: None, EMIL: Partstat(partstat.lower())}
        with booked.reading() as session:
            seat = the_seat(session, EMIL)
            assert (seat.answered_sequence, seat.answered_stamp, seat.answered_at) == (0, LATER, LATER)
            entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
            assert (entry.action, entry.by, entry.details["partstat"]) == (
                Action.INVITE_ANSWERED, EMIL, partstat.lower(),
            )  # fmt: skip

    def test_the_last_word_does(self, booked):
        for minutes, partstat in enumerate(["ACCEPTED", "TENTATIVE", "ACCEPTED"]):
            assert take(booked, an_answer(the_row(booked), EMIL, partstat, stamp=LATER + minutes * MINUTE)) is None
        assert seats(booked)[EMIL] is Partstat.ACCEPTED

    @pytest.mark.parametrize("skew", [-HOUR, HOUR])
    def test_of_both_roads_the_last_that_came_does_whatever_the_clock_of_a_calendar(self, booked, skew):
        def by_link(partstat, now):
            with booked.writing() as session:
                partstats.answer_by_link(session, the_seat(session, EMIL), partstat, version=0, now=now)

        def by_mail(partstat, now, stamp=None):
            answer = an_answer(the_row(booked), EMIL, partstat, stamp=(stamp or now) + skew)
            return take(booked, answer, now=now)

        times = [LATER + n * MINUTE for n in range(5)]
        assert by_mail("ACCEPTED", times[0]) is None
        by_link(Partstat.TENTATIVE, times[1])
        assert seats(booked)[EMIL] is Partstat.TENTATIVE
        assert by_mail("ACCEPTED", times[2]) is None
        assert seats(booked)[EMIL] is Partstat.ACCEPTED
        by_link(Partstat.TENTATIVE, times[3])
        assert by_mail("DECLINED", times[4], stamp=times[1]) is Parked.OUT_OF_ORDER  # older than the calendar's last
        assert seats(booked)[EMIL] is Partstat.TENTATIVE

    def test_an_alias_does_if_the_mail_server_vouches_for_the_sender(self, booked):
        alias = an_answer(the_row(booked), EMIL, attendee="emil@other.example")
        assert take(booked, alias) is Parked.UNINVITED
        assert take(booked, replace(alias, key="vouched", vouched=True)) is None
        assert seats(booked)[EMIL] is Partstat.ACCEPTED

    def test_delegation_is_shown_and_not_obeyed(self, booked):
        assert take(booked, an_answer(the_row(booked), EMIL, "DELEGATED")) is Parked.DELEGATED
        assert seats(booked) == {MARIA: None, EMIL: Partstat.DELEGATED}
        assert the_row(booked).state is MeetingState.BOOKED

    def test_of_a_place_it_is_noted_there(self, full):
        assert take(full, an_answer(the_place(full), RUT)) is None
        assert the_place(full).partstat is Partstat.ACCEPTED

    def test_of_several_addresses_of_ours_that_of_the_uid_is_meant(self, booked):
        row = the_row(booked)
        answer = an_answer(row, EMIL, addressed=((Invited.REGISTRATION, 77), (Invited.MEETING, row.id)))
        assert take(booked, answer) is None


class TestOnce:
    def test_ten_copies_are_one(self, full):
        answer = an_answer(the_place(full), RUT, "DECLINED")
        with full.writing() as session:
            taken = [inbound.take(session, answer, now=LATER) for _ in range(5)]
        assert [receipt is not None for receipt in taken] == [True] + [False] * 4
        before = everything(full)
        for _ in range(5):
            assert take(full, answer, now=LATER + timedelta(days=1)) is None
        assert everything(full) == before
        with full.reading() as session:
            assert session.scalar(select(func.count()).select_from(Receipt)) == 1

    def test_what_is_parked_is_too(self, booked):
        answer = replace(an_answer(the_row(booked), EMIL), forged=True)
        assert [take(booked, answer) for _ in range(3)] == [Parked.FORGED] * 3


# What is wrong with it, and the reason that a coordinator sees. Each is the good answer but for this.
WRONG: dict[str, tuple[dict[str, Any], Parked]] = {
    "nobody's address": ({"addressed": ()}, Parked.UNKNOWN_ADDRESS),
    "an address of no row": ({"addressed": ((Invited.MEETING, 4711),)}, Parked.UNKNOWN_ADDRESS),
    "another uid": ({"uid": "somebody-elses"}, Parked.OTHER_UID),
    "a forged sender": ({"forged": True}, Parked.FORGED),
    "a stranger": ({"attendee": "s@example.net", "sender": "s@example.net"}, Parked.UNINVITED),
    "for another": ({"sender": MARIA}, Parked.OTHER_SENDER),
    "for another, by a stranger": ({"sender": "s@example.net"}, Parked.OTHER_SENDER),
    "nobody's": ({"sender": ""}, Parked.OTHER_SENDER),
    "ahead": ({"sequence": 7}, Parked.AHEAD),
    "one of a series": ({"one_of_series": True}, Parked.ONE_OF_A_SERIES),
    "no verdict": ({"partstat": "NEEDS-ACTION"}, Parked.NO_VERDICT),
    "a word of nobody's": ({"partstat": "X" * 300}, Parked.NO_VERDICT),
    "no answer": ({"trouble": Parked.AUTOMATIC, "uid": "", "method": ""}, Parked.AUTOMATIC),
    "a bomb": ({"trouble": Parked.TOO_NESTED, "uid": "", "method": ""}, Parked.TOO_NESTED),
}


class TestWhatDoesNot:
    @pytest.mark.parametrize("case", WRONG)
    def test_changes_nothing_and_is_kept_with_the_reason(self, booked, case):
        changes, expected = WRONG[case]
        answer = an_answer(the_row(booked), EMIL, "DECLINED")
        before = everything(booked)
        assert take(booked, replace(answer, **changes, key="wrong")) is expected
        assert everything(booked) == before
        assert take(booked, answer) is None  # the control: without it, it counts
        assert the_row(booked).state is MeetingState.CANCELLED

    def test_an_older_answer_after_a_newer_one(self, booked):
        row = the_row(booked)
        assert take(booked, an_answer(row, EMIL, "ACCEPTED", stamp=LATER)) is None
        before = everything(booked)
        assert take(booked, an_answer(row, EMIL, "DECLINED", stamp=LATER - MINUTE)) is Parked.OUT_OF_ORDER
        assert everything(booked) == before
        assert take(booked, an_answer(row, EMIL, "TENTATIVE", stamp=LATER)) is None  # of the same second

    def test_an_answer_to_an_earlier_version(self, booked):
        row = the_row(booked)
        with booked.writing() as session:
            start = row.starts_at + timedelta(days=1)
            meetings.reschedule(session, session.get_one(Meeting, 1), starts_at=start, minutes=45, now=NOW)
        before = everything(booked)
        for partstat in ("ACCEPTED", "DECLINED"):
            assert take(booked, an_answer(row, EMIL, partstat)) is Parked.EARLIER_VERSION
        assert everything(booked) == before
        assert take(booked, an_answer(the_row(booked), EMIL)) is None

    def test_an_answer_after_the_start_or_the_end_of_it(self, booked):
        row = the_row(booked)
        before = everything(booked)
        assert take(booked, an_answer(row, EMIL, "DECLINED"), now=row.starts_at) is Parked.OVER
        assert everything(booked) == before
        with booked.writing() as session:
            meetings.cancel(session, session.get_one(Meeting, 1), now=NOW)
        assert take(booked, an_answer(the_row(booked), EMIL)) is Parked.OVER

    def test_an_answer_to_an_event_that_has_begun(self, full):
        row = the_place(full)
        with full.reading() as session:
            begins = session.get_one(Registration, 1).event.starts_at
        assert take(full, an_answer(row, RUT, "DECLINED"), now=begins) is Parked.OVER
        assert take(full, an_answer(row, RUT, "DECLINED"), now=begins - MINUTE) is None

    def test_an_answer_to_a_place_on_the_waitlist(self, full):
        with full.reading() as session:
            waits = session.get_one(Registration, 2)
        assert take(full, an_answer(waits, "wille.waiter@example.org", "DECLINED")) is Parked.UNINVITED

    def test_another_time_for_an_event(self, full):
        row = the_place(full)
        assert take(full, an_answer(row, RUT, method="COUNTER", starts_at=NOW, ends_at=LATER)) is Parked.FIXED

    @pytest.mark.parametrize("bug", ["of Python", "refused by the database"])
    def test_what_meets_a_bug(self, booked, monkeypatch, bug):
        before = everything(booked)

        def broken(session, invite, *args, **values):
            invite.partstat = Partstat.DECLINED
            session.flush()
            if bug == "of Python":
                raise RuntimeError("a bug")
            session.execute(insert(Seat).values(meeting_id=invite.meeting_id, person_id=4711, active=True))

        monkeypatch.setattr(partstats, "answer", broken)
        assert take(booked, an_answer(the_row(booked), EMIL)) is Parked.BUG
        assert everything(booked) == before

    def test_is_shown_to_those_who_look_after_the_uid_whatever_the_address(self, booked):
        answer = an_answer(the_row(booked), EMIL, addressed=())
        take(booked, answer)
        with booked.reading() as session:
            receipt = session.scalars(select(Receipt)).one()
            assert (receipt.programme_id, receipt.meeting_id, receipt.pair_id, receipt.event_id) == (1, 1, 1, None)
            assert (receipt.sender, receipt.method, receipt.partstat) == (EMIL, "REPLY", "ACCEPTED")


class TestDeclinedPlace:
    def test_frees_the_seat_and_promotes_the_next(self, full):
        assert take(full, an_answer(the_place(full), RUT, "DECLINED")) is None
        with full.reading() as session:
            states = {row.name: row.state for row in session.scalars(select(Registration))}
            assert states == {
                "Rut Registrant": RegistrationState.CANCELLED,
                "Wille Waiter": RegistrationState.CONFIRMED,
            }
            mails = [(row.payload["change"], row.payload["method"]) for row in session.scalars(ORDERED)][-2:]
            assert mails == [("cancelled", "CANCEL"), ("promoted", "REQUEST")]
            assert session.get_one(Registration, 1).partstat is Partstat.DECLINED

    def test_stays_given_up_whatever_comes_after(self, full):
        row = the_place(full)
        assert take(full, an_answer(row, RUT, "DECLINED")) is None
        assert take(full, an_answer(row, RUT, "ACCEPTED", stamp=LATER + MINUTE)) is Parked.OVER


class TestRefresh:
    def test_the_version_that_stands_goes_to_whoever_asks_once_more(self, booked):
        row = the_row(booked)
        with booked.writing() as session:
            session.query(Delivery).update({"state": "done"})
        assert take(booked, an_answer(row, EMIL, method="REFRESH", stamp=None)) is None
        assert take(booked, an_answer(row, EMIL, method="REFRESH", stamp=None)) is None  # it is on its way already
        with booked.reading() as session:
            (again,) = session.scalars(select(Delivery).where(Delivery.state == "waiting"))
            assert (again.person_id, again.payload["change"]) == (the_seat(session, EMIL).person_id, "refreshed")
            assert again.payload["version"]["sequence"] == row.sequence

    def test_but_not_without_end(self, booked):
        asked = [take(booked, an_answer(the_row(booked), EMIL, method="REFRESH", stamp=None)) for _ in range(5)]
        assert asked == [None] * 3 + [Parked.TOO_MANY] * 2
        assert take(booked, an_answer(the_row(booked), MARIA, method="REFRESH")) is None
        later = LATER + timedelta(hours=1, minutes=1)
        assert take(booked, an_answer(the_row(booked), EMIL, method="REFRESH", stamp=None), now=later) is None

    def test_of_a_place_too(self, full):
        with full.writing() as session:
            session.query(Delivery).update({"state": "done"})
        assert take(full, an_answer(the_place(full), RUT, method="REFRESH", stamp=None)) is None
        with full.reading() as session:
            (again,) = session.scalars(select(Delivery).where(Delivery.state == "waiting"))
            assert (again.payload["change"], again.payload["method"]) == ("refreshed", "REQUEST")


class TestHowMuch:
    def test_nobody_answers_all_day(self, booked, monkeypatch):
        monkeypatch.setattr(parking, "ANSWERS", (Limit(4, timedelta(hours=1)),))
        found = [take(booked, an_answer(the_row(booked), EMIL, stamp=LATER + n * MINUTE)) for n in range(6)]
        assert found == [None] * 4 + [Parked.TOO_MANY] * 2
        assert take(booked, an_answer(the_row(booked), MARIA)) is None

    @pytest.mark.parametrize("wrong", [{"forged": True}, {"sender": "s@example.net"}, {"sender": MARIA}])
    def test_nobody_uses_up_what_another_may_answer(self, booked, monkeypatch, wrong):
        monkeypatch.setattr(parking, "ANSWERS", (Limit(3, timedelta(hours=1)),))
        monkeypatch.setattr(parking, "COSTLY", (Limit(3, timedelta(hours=1)),))
        for method in ("REPLY", "REFRESH"):
            good = an_answer(the_row(booked), EMIL, method=method)
            assert {take(booked, replace(good, key=f"{method} {n}", **wrong)) for n in range(4)} != {None}
            assert take(booked, good) is None

    def test_what_is_parked_does_not_pile_up(self, booked, monkeypatch):
        monkeypatch.setattr(parking, "PARKED", (Limit(3, timedelta(days=1)),))
        with booked.writing() as session:
            strangers = [
                inbound.take(session, Arrived(key=f"spam {n}", addressed=(), sender="s@example.net"), now=LATER)
                for n in range(5)
            ]
            assert [receipt is not None for receipt in strangers] == [True] * 3 + [False] * 2
            known = inbound.take(session, an_answer(session.get_one(Meeting, 1), EMIL, forged=True), now=LATER)
            assert known is not None  # a programme's are counted for themselves

    def test_what_is_about_nothing_is_forgotten(self, booked):
        with booked.writing() as session:
            inbound.take(session, Arrived(key="spam", addressed=(), sender="s@example.net"), now=LATER)
            inbound.take(session, an_answer(session.get_one(Meeting, 1), EMIL, forged=True), now=LATER)
            parking.forget_strangers(session, now=LATER + timedelta(days=30))
            assert session.query(Receipt).count() == 2
            parking.forget_strangers(session, now=LATER + timedelta(days=31))
            assert [row.reason for row in session.query(Receipt)] == [Parked.FORGED]
