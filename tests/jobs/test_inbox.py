"""The worker that looks into the mailbox: while it runs, again after a failure, and once when it drains."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError, DBAPIError

from integrations.mail.imap import Letter
from integrations.outcome import Rejected, Retry
from scheduler.db import DATABASE_AWAY, Database
from scheduler.jobs.adapters import World
from scheduler.jobs.worker import Timing, Worker
from scheduler.models import Receipt
from scheduler.programme.replies import inbound
from scheduler.states import Invited, Partstat
from tests.builders import LINKS
from tests.crowds import PATIENCE
from tests.integrations.ical import mails
from tests.jobs.zoom_house import Post
from tests.programme.answering import EMIL, a_booked_pair, the_seat
from tests.walks.roads import DOMAIN, ORGANIZERS
from tests.world import SENDER, Clock

SOON = timedelta(milliseconds=10)


class Inbox:
    """A mailbox in memory, that does not answer the first few times."""

    def __init__(self, failures: int = 0) -> None:
        self.mails: list[bytes] = []
        self.failures = failures
        self.taken = threading.Event()

    @contextmanager
    def open(self):
        self.failures -= 1
        if self.failures >= 0:
            raise Retry("The mailbox's server does not answer, or broke off.")
        yield self

    def waiting(self):
        return [str(number) for number in range(len(self.mails))]

    def fetch(self, uid, *, most):
        return Letter(self.mails[int(uid)][:most], len(self.mails[int(uid)]))

    def mark_taken(self, uid):
        self.mails.pop(int(uid))
        self.taken.set()

    def leave(self, uid):
        """It is all that there is."""


@pytest.fixture
def inbox(sqlite: Database) -> Inbox:
    with sqlite.writing() as session:
        a_booked_pair(session).uid = mails.UID
    found = Inbox()
    found.mails.append(mails.mail(mails.answer(attendee=EMIL), sender=EMIL, to=ORGANIZERS.of(Invited.MEETING, 1)))
    return found


def a_worker(database: Database, inbox: Inbox | None) -> Worker:
    timing = Timing(idle=SOON, tick=SOON, fetch=SOON)
    return Worker(database, World(Post(), None, LINKS, SENDER, DOMAIN, inbox), clock=Clock(), timing=timing)


def partstat(database: Database) -> Partstat | None:
    with database.reading() as session:
        return the_seat(session, EMIL).partstat


def test_it_looks_once_when_it_is_asked(sqlite, inbox):
    worker = a_worker(sqlite, inbox)
    assert (worker.fetch(), worker.fetch()) == (1, 0)
    assert partstat(sqlite) is Partstat.ACCEPTED


def test_a_mailbox_out_of_reach_is_told_and_tried_again(sqlite, inbox, caplog):
    inbox.failures = 2
    worker = a_worker(sqlite, inbox)
    assert [worker.fetch() for _ in range(3)] == [0, 0, 1]
    assert caplog.text.count("answers cannot be fetched now: The mailbox's server does not answer") == 2
    assert partstat(sqlite) is Partstat.ACCEPTED


def test_what_the_database_cannot_take_stays_and_holds_up_no_other(sqlite, inbox, monkeypatch, caplog):
    take_all, refused = inbound.take_all, iter([DataError("", {}, Exception("no such character"))])

    def taking(*args, **values):
        for refusal in refused:
            raise refusal
        return take_all(*args, **values)

    monkeypatch.setattr(inbound, "take_all", taking)
    inbox.mails.insert(0, b"whatever the database refuses")
    assert a_worker(sqlite, inbox).fetch() == 1
    assert (inbox.mails, partstat(sqlite)) == ([b"whatever the database refuses"], Partstat.ACCEPTED)
    assert "a mail met a bug" in caplog.text


@pytest.mark.parametrize("away", DATABASE_AWAY)
def test_without_the_database_every_mail_stays_for_the_next_look(sqlite, inbox, monkeypatch, away):
    def taking(*args, **values):
        raise away("", {}, Exception()) if issubclass(away, DBAPIError) else away()

    with monkeypatch.context() as patched:
        patched.setattr(inbound, "take_all", taking)
        with pytest.raises(away):
            a_worker(sqlite, inbox).fetch()
    assert a_worker(sqlite, inbox).fetch() == 1
    assert partstat(sqlite) is Partstat.ACCEPTED


def test_what_the_mailbox_cannot_hand_out_holds_up_no_other(sqlite, inbox, monkeypatch, caplog):
    fetch = inbox.fetch

    def fetching(uid, *, most):
        if uid == "0":
            raise Rejected("The mailbox's server does not hand it out.")
        return fetch(uid, most=most)

    monkeypatch.setattr(inbox, "fetch", fetching)
    inbox.mails.insert(0, b"broken at the server")
    assert a_worker(sqlite, inbox).fetch() == 1
    assert (inbox.mails, partstat(sqlite)) == ([b"broken at the server"], Partstat.ACCEPTED)
    assert "a mail cannot be fetched: The mailbox's server does not hand it out." in caplog.text


def test_while_it_runs_it_keeps_looking_whatever_goes_wrong(sqlite, inbox, monkeypatch):
    inbox.failures, answers = 1, inbox.waiting
    broken = iter([ValueError("a server may answer anything")])

    def waiting():
        for failure in broken:
            raise failure
        return answers()

    monkeypatch.setattr(inbox, "waiting", waiting)
    monkeypatch.setattr(Worker, "work_one", lambda self, channel: None)
    worker, stop = a_worker(sqlite, inbox), threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        assert inbox.taken.wait(PATIENCE)
        assert worker.lives()
    finally:
        stop.set()
        thread.join()
    assert partstat(sqlite) is Partstat.ACCEPTED


def test_without_a_mailbox_there_is_nothing_to_look_into(sqlite, inbox):
    assert a_worker(sqlite, None).fetch() == 0
    with sqlite.reading() as session:
        assert session.scalars(select(Receipt)).all() == []
