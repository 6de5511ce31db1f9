"""Answers at once, over HTTP, against two web processes: one meeting, clear refusals, and never an error of ours."""

import time
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text

from scheduler.db import POOL, Base, Database
from scheduler.jobs import periodic
from scheduler.models import Delivery, Meeting, Pair, Proposal, Seat
from scheduler.programme import locks
from scheduler.programme.pairs import answers, meetings, proposals
from scheduler.programme.pairs.modes import Phone
from scheduler.states import ProposalState
from tests.builders import LINKS, NOW, a_pair, a_person, a_programme, a_proposal
from tests.crowds import at_once
from tests.races import looked
from tests.walks.test_races import GUARDS, overlaps
from tests.walks.web_process import post_at_once, web_processes

MANY = 32


def links(database: Database) -> list[tuple[str, list[int]]]:
    """(path, slots) of the answer to each open proposal, in the order of ids."""
    with database.reading() as session:
        return [
            (
                f"/a/{LINKS.token('answer', row.answers[0].id, row.answers[0].generation)}",
                [slot.id for slot in row.slots],
            )
            for row in session.scalars(select(Proposal).order_by(Proposal.id))
        ]


def count(database: Database, model: type[Base]) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


@pytest.fixture
def asked(database: Database) -> Database:
    """Emil has proposed three times to Maria."""
    with database.writing() as session:
        pair = a_pair(session, a_programme(session))
        a_proposal(session, pair, made_by=pair.mentee, how=Phone("1"))
    return database


def unguarded(folder: Path) -> None:
    """The control: no lock, no turns, and transactions as SQLAlchemy would begin them by itself.

    Whoever has looked waits, before writing, for so many others that two of them want different times.
    """
    locks.take_pairs = lambda session, pairs: None
    proposals.lock = lambda session, proposal: looked(folder, runners=MANY // 3 + 2)  # type: ignore[assignment,return-value]
    locks.take_people = lambda session, ids: None
    original = Database.__init__

    def bare(self: Database, url: str) -> None:
        original(self, url)
        self._turn = nullcontext()
        self.engine = create_engine(url, **POOL)  # for those who wait, too

    Database.__init__ = bare  # type: ignore[method-assign]


def answers_to_one(database, ports):
    ((path, slots),) = links(database)
    return [(ports[number % len(ports)], path, {"slot": str(slots[number % 3])}) for number in range(MANY)]


def test_32_answers_at_once_to_one_proposal_are_one_meeting(asked):
    with web_processes(2, asked.url, NOW) as ports:
        assert post_at_once(answers_to_one(asked, ports)) == {303: 1, 409: MANY - 1}
    assert (count(asked, Meeting), count(asked, Seat)) == (1, 2)
    with asked.reading() as session:
        row = session.get_one(Proposal, 1)
        assert (row.state, row.meeting_id) == (ProposalState.ACCEPTED, session.scalars(select(Meeting)).one().id)
        assert row.answers[0].slot.starts_at == row.meeting.starts_at
        assert sorted(session.scalars(select(Delivery.kind))) == ["SendInvite", "SendInvite", "SendProposal"]


def test_with_the_guards_off_the_same_answers_book_more_than_one(asked, tmp_path):
    drop, restore = (statement.format(table="seat") for statement in GUARDS[asked.engine.dialect.name])
    marks = tmp_path / "marks"
    marks.mkdir()
    with asked.engine.begin() as connection:
        saved = connection.execute(text(restore)).scalars().all()
        connection.execute(text(drop))
    try:
        with web_processes(2, asked.url, NOW, partial(unguarded, marks)) as ports:
            statuses = post_at_once(answers_to_one(asked, ports))
        assert statuses[303] > 1
        assert count(asked, Meeting) > 1
    finally:
        with asked.engine.begin() as connection:  # the guard comes back only over clean tables
            for table in ("proposal_answer", "proposal_slot", "proposal", "delivery", "seat", "meeting"):
                connection.execute(text(f"DELETE FROM {table}"))
            for statement in saved:
                connection.exec_driver_sql(statement)


def test_the_same_time_in_proposals_to_one_mentor_becomes_one_meeting(database):
    with database.writing() as session:
        programme, mentor = a_programme(session), a_person(session, "Maria Mentor")
        for number in range(8):
            pair = a_pair(session, programme, mentor, a_person(session, f"Mentee {number}"))
            a_proposal(session, pair, made_by=pair.mentee, slots=1, how=Phone("1"))
        assert len({row.slots[0].starts_at for row in session.scalars(select(Proposal))}) == 1
    with web_processes(2, database.url, NOW) as ports:
        posts = [(ports[at % 2], path, {"slot": str(slots[0])}) for at, (path, slots) in enumerate(links(database))]
        assert post_at_once(posts) == {303: 1, 409: 7}
    assert count(database, Meeting) == 1
    assert overlaps(database, Seat, "person_id") == 0
    with database.reading() as session:
        states = sorted(session.scalars(select(Proposal.state)))
    assert states == [ProposalState.ACCEPTED] + [ProposalState.OPEN] * 7


def test_parallel_ticks_expire_each_proposal_once(database):
    with database.writing() as session:
        programme = a_programme(session)
        for number in range(5):
            pair = a_pair(session, programme, *(a_person(session, f"{who} {number}") for who in ("Mentor", "Mentee")))
            a_proposal(session, pair, made_by=pair.mentee)
    due = NOW + timedelta(days=8)
    assert at_once([lambda: periodic.tick(database, now=due)] * 8) == {"done": 8}
    with database.reading() as session:
        assert set(session.scalars(select(Proposal.state))) == {ProposalState.EXPIRED}
        told = session.scalars(select(Delivery.person_id).where(Delivery.kind == "SendProposalNews")).all()
    assert len(told) == len(set(told)) == 5


def test_an_answer_and_the_expiry_at_once_are_one_or_the_other(asked):
    with asked.reading() as session:
        row = session.get_one(Proposal, 1)
        answer_id, slot_id, due = row.answers[0].id, row.slots[-1].id, row.expires_at

    def accept():
        with asked.writing() as session:
            answer = answers.answer_of(session, answer_id, 1)
            assert answer is not None
            time.sleep(0.01)
            answers.accept(session, answer, slot_id, now=due - timedelta(seconds=1))

    outcomes = at_once([accept, *[lambda: periodic.tick(asked, now=due)] * 3])
    with asked.reading() as session:
        row = session.get_one(Proposal, 1)
        if row.state is ProposalState.ACCEPTED:
            assert outcomes == {"done": 4}
            assert (count(asked, Meeting), row.meeting_id) == (1, 1)
        else:
            assert outcomes == {"done": 3, "ProposalExpired": 1}
            assert (row.state, count(asked, Meeting)) == (ProposalState.EXPIRED, 0)


def test_newer_proposals_and_bookings_of_one_pair_at_once_leave_at_most_one_open(asked):
    def propose():
        with asked.writing() as session:
            pair = session.get_one(Pair, 1)
            a_proposal(session, pair, made_by=pair.mentor, how=Phone("1"))

    def book(days):
        def run():
            with asked.writing() as session:
                start = NOW + timedelta(days=days)
                meetings.book(session, session.get_one(Pair, 1), starts_at=start, minutes=45, how=Phone("1"), now=NOW)

        return run

    assert at_once([*[propose] * 5, book(20), book(21)]) == {"done": 7}
    with asked.reading() as session:
        states = list(session.scalars(select(Proposal.state)))
    assert states.count(ProposalState.OPEN) <= 1
    assert len(states) == 6
