"""A plan that two workers send at once, and one whose worker is killed: each pair gets its proposal once."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Proposal
from scheduler.programme.waves import sent_runs
from scheduler.programme.waves.sending import Outcomes
from scheduler.states import Action, SendingOutcome
from tests.builders import NOW, deliveries
from tests.conftest import empty
from tests.crowds import in_between
from tests.programme.waves.test_sent_runs import PAIRS, PHYSICS, fill, found, outcomes, send, send_all, trail
from tests.walks.crashing import KILLED, SURVIVED, Fuse, FusedDatabase, until_nobody_holds_anything

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.programme.waves.test_sent_runs_at_once"])
MOST_STEPS = 30
EACH_ONCE = Counter(dict.fromkeys(range(1, PAIRS + 1), 1))


@pytest.fixture
def sending(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A plan of five pairs that is to be sent, two at a time."""
    monkeypatch.setattr(sent_runs, "BATCH", 2)
    fill(database)
    begin(database)
    return database


def begin(database: Database) -> None:
    run_id, _ = found(database)
    send(database, run_id)


def proposed(database: Database) -> Counter[int]:
    """How many proposals each pair has got."""
    with database.reading() as session:
        return Counter(session.scalars(select(Proposal.pair_id)))


def part(session: Session) -> bool:
    return sent_runs.send_some(session, now=NOW)


def test_two_workers_send_no_pair_twice(sending: Database) -> None:
    second = sending.engine.dialect.name == "sqlite"  # its second writer waits; on PostgreSQL it goes to the next plan
    assert in_between(sending, part) == [True, second]
    assert [len(proposed(sending)), *{*proposed(sending).values()}] == [4 if second else 2, 1]
    send_all(sending)
    check(sending)


def test_without_the_lock_both_send_the_same_and_the_database_refuses_the_second(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not on SQLite: there the one writer is taken before anything is read."""
    monkeypatch.setattr(sent_runs, "BATCH", 2)
    fill(postgres)
    begin(postgres)
    monkeypatch.setattr(Select, "with_for_update", lambda query, **_: query)
    assert in_between(postgres, part) == [True, "IntegrityError"]
    assert len(proposed(postgres)) == 2


def check(database: Database) -> None:
    """What must be true in the end, whoever died where."""
    assert proposed(database) == EACH_ONCE
    assert outcomes(database, 1) == (PAIRS, {})
    assert trail(database, Action.WAVE_PROPOSED) == [(PHYSICS, {"pairs": PAIRS})]
    with database.reading() as session:
        mails = Counter(row.person_id for row in deliveries(session) if row.kind == "SendProposal")
    assert (len(mails), {*mails.values()}) == (2 * PAIRS, {1})


# Killed: a worker in a process of its own


def work(database_url: str, at: int, torn: bool) -> None:
    """Sends all that there is, two pairs a time; is killed at that step, before or after a commit, if it gets so far.

    If it is `torn`, what came of the pairs is kept in a transaction of its own.
    """
    sent_runs.BATCH = 2
    database = FusedDatabase(database_url)
    database.fuse = fuse = Fuse(at)
    send_these = sent_runs._send

    def tear(session: Session, *args: Any, **values: Any) -> Outcomes:
        outcomes = send_these(session, *args, **values)
        session.flush()
        session.connection().exec_driver_sql("COMMIT")
        fuse.burn()
        if database.engine.dialect.name == "sqlite":
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        return outcomes

    if torn:
        sent_runs._send = tear
    send_all(database)


def kills(database: Database, *, torn: bool = False) -> Iterator[None]:
    """A plan, sent by a worker that was killed at the first step of its work, at the second, and so on to the last."""
    for step in range(1, MOST_STEPS):
        with database.engine.begin() as connection:
            empty(connection)
        fill(database)
        begin(database)
        process = processes.Process(target=work, args=(database.url, step, torn))
        process.start()
        process.join()
        assert process.exitcode in {SURVIVED, KILLED}
        until_nobody_holds_anything(database)
        if process.exitcode == SURVIVED:
            return
        yield


def test_a_kill_between_any_two_steps_loses_no_pair_and_doubles_none(sending: Database) -> None:
    count = 0
    for _ in kills(sending):
        send_all(sending)
        check(sending)
        count += 1
    assert count == 8, "before and after each of three commits, and the one that finds nothing left"


def test_what_is_not_kept_in_the_same_transaction_is_lost_by_a_kill(sending: Database) -> None:
    """The control: the next worker finds pairs with a proposal, and does not know that they are this plan's."""
    lost = set()
    for _ in kills(sending, torn=True):
        send_all(sending)
        lost |= {*outcomes(sending, 1)[1].values()}
    assert lost == {SendingOutcome.CARED_FOR}
