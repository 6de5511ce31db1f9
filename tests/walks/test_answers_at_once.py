"""Copies of one answer that arrive at the same moment, and two answers that cross: done once, in some order."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import func, select

from scheduler.db import Base, Database
from scheduler.models import Delivery, Meeting, Proposal, Receipt, Registration
from scheduler.programme.replies import inbound, parking
from scheduler.programme.replies.arrived import Arrived, match
from scheduler.states import MeetingState, ProposalState, RegistrationState
from tests.builders import a_programme, a_registration, an_event
from tests.crowds import at_once
from tests.programme.answering import EMIL, LATER, MARIA, a_booked_pair, an_answer, take

COPIES = 10
GUESTS = [
    ("Rut Registrant", "rut.registrant@example.org", "DECLINED"),
    ("Wille Waiter", "wille.waiter@example.org", "ACCEPTED"),
]


@pytest.fixture
def booked(database: Database) -> Database:
    with database.writing() as session:
        a_booked_pair(session)
    return database


def another_time(database: Database) -> Arrived:
    with database.reading() as session:
        meeting = session.get_one(Meeting, 1)
    starts_at = meeting.starts_at.replace(day=meeting.starts_at.day + 1)
    return an_answer(meeting, EMIL, "TENTATIVE", method="COUNTER", starts_at=starts_at)


def taking(database: Database, arrived: Arrived) -> Callable[[], None]:
    def run():
        with database.writing() as session:
            inbound.take(session, arrived, now=LATER)

    return run


def rows(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_ten_copies_at_once_are_one(booked):
    assert at_once([taking(booked, another_time(booked))] * COPIES) == {"done": COPIES}
    assert (rows(booked, Receipt), rows(booked, Proposal)) == (1, 1)
    with booked.reading() as session:
        assert list(session.scalars(select(Delivery.kind).where(Delivery.kind == "SendProposal"))) == ["SendProposal"]


def test_without_the_key_each_copy_would_be_another_answer(booked, monkeypatch):
    original, number = parking.opened, count()

    def unguarded(session, arrived, match, *, now):
        return original(session, replace(arrived, key=f"{arrived.key}, copy {next(number)}"), match, now=now)

    monkeypatch.setattr(parking, "opened", unguarded)
    assert at_once([taking(booked, another_time(booked))] * COPIES) == {"done": COPIES}
    assert rows(booked, Receipt) == COPIES
    assert rows(booked, Proposal) == parking.COSTLY[0].count > 1


def test_a_seat_is_given_up_while_somebody_elses_answer_to_the_same_event_is_taken(database):
    """Each has its receipt, which refers to the event, before either takes the event."""
    with database.writing() as session:
        event = an_event(session, a_programme(session))
        rut, wille = (an_answer(a_registration(session, event, name), *answer) for name, *answer in GUESTS)
    with ExitStack() as both:
        if database.engine.dialect.name == "postgresql":  # SQLite lets one write at a time
            other = both.enter_context(database.writing())
            parking.opened(other, wille, match(other, wille), now=LATER)
        assert take(database, rut) is None
    with database.reading() as session:
        assert session.get_one(Registration, 1).state is RegistrationState.CANCELLED


def test_both_decline_at_once_and_are_asked_once(booked):
    with booked.reading() as session:
        meeting = session.get_one(Meeting, 1)
    answers = [an_answer(meeting, who, "DECLINED") for who in (EMIL, MARIA)]
    assert at_once([taking(booked, each) for each in answers]) == {"done": 2}
    with booked.reading() as session:
        assert session.get_one(Meeting, 1).state is MeetingState.CANCELLED
        assert session.scalars(select(Proposal.state)).all() == [ProposalState.OPEN]
        assert sorted(str(reason) for reason in session.scalars(select(Receipt.reason))) == ["None", "over"]
