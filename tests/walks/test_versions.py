"""Any life of a meeting and of an event: what raises a sequence, what calendars are told, and that it is the same mail.

Hypothesis makes up the lives: changes of every kind, in any order, with the mail going out in between or not.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from integrations.mail.message import to_bytes
from scheduler.db import Database
from scheduler.jobs.adapters import World
from scheduler.jobs.steps import STEPS
from scheduler.jobs.worker import Worker
from scheduler.messages import SendInvite, SendRegistration
from scheduler.models import Delivery, Event, Meeting, Registration
from scheduler.programme.events import events, registrations
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import OnSite, Phone, Walk
from scheduler.states import DeliveryState, EventFormat, EventState, MeetingState, Method, RegistrationState
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_programme, a_registration, an_event
from tests.world import SENDER, Clock, calendar_of

LIVES = settings(max_examples=15, deadline=None)
MAILS: dict[str, type[SendInvite | SendRegistration]] = {"SendInvite": SendInvite, "SendRegistration": SendRegistration}


@dataclass
class Postbox:
    """A mail server that takes everything, and keeps the bytes."""

    taken: list[bytes] = field(default_factory=list)

    def send(self, message) -> None:
        self.taken.append(to_bytes(message))

    def check(self) -> str:
        return ""


@dataclass
class Life:
    """A database, what goes out of it, and the time, which goes on by an hour a step."""

    database: Database
    post: Postbox = field(default_factory=Postbox)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.world = World(self.post, None, LINKS, SENDER)

    def do(self, step: Callable[[Session], object]) -> None:
        self.clock.sleep(hours=1)
        with self.database.writing() as session:
            step(session)

    def deliver(self) -> None:
        Worker(self.database, self.world, clock=self.clock).drain()

    def told(self) -> dict[tuple[str, str], list[tuple[str, icalendar.Event]]]:
        """By recipient and uid: (method, event) of each mail with a calendar, in the order of sending."""
        found: dict[tuple[str, str], list[tuple[str, icalendar.Event]]] = {}
        for content in self.post.taken:
            mail = message_from_bytes(content, policy=policy.default)
            if mail.get_content_type() == "multipart/mixed":
                calendar = calendar_of(mail)
                (event,) = calendar.events
                found.setdefault((str(mail["To"]), str(event["UID"])), []).append((str(calendar["METHOD"]), event))
        return found

    def sent_again(self) -> int:
        """Each mail that just went out is rendered once more, and is the same to the byte. How many those are."""
        count = 0
        with self.database.reading() as session:
            for row in (
                session.query(Delivery).filter_by(finished_at=self.clock.now, state="done").order_by(Delivery.id)
            ):
                kind = MAILS[row.kind]
                message, step = kind.from_data(row.payload), STEPS[kind]
                box = Postbox()
                world = World(box, None, LINKS, SENDER)
                step.perform(step.read(session, message, world), world, doubt=True)
                assert box.taken[0] in self.post.taken, row.kind
                count += 1
        return count


@pytest.fixture(scope="module")
def life(sqlite_template: Path) -> Callable[[], object]:
    @contextmanager
    def begin() -> Iterator[Life]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "traff.db"
            path.write_bytes(sqlite_template.read_bytes())
            database = Database(f"sqlite:///{path}")
            yield Life(database)
            database.close()

    return begin


def hears_in_order(told: list[tuple[str, Any]]) -> None:
    """A recipient hears of rising sequences and later stamps, of a CANCEL once and last."""
    sequences = [int(event["SEQUENCE"]) for _, event in told]
    stamps = [event["DTSTAMP"].dt for _, event in told]
    assert sequences == sorted(set(sequences))
    assert stamps == sorted(stamps)
    assert "CANCEL" not in [method for method, _ in told[:-1]]


# Meetings


def meeting_of(session: Session) -> Meeting:
    return session.get_one(Meeting, 1)


def facts_of(session: Session) -> tuple[Any, ...]:
    """What a calendar must be told again when it changes."""
    row = meeting_of(session)
    return row.starts_at, row.minutes, row.mode, row.place, row.meeting_point, row.phone, row.state


def shift(session: Session, life: Life, by: int) -> None:
    row, now = meeting_of(session), life.clock.now
    if row.state is MeetingState.BOOKED:
        meetings.reschedule(session, row, starts_at=NOW + timedelta(days=10 + by), minutes=30 + by, now=now)


def other_how(session: Session, life: Life, number: int) -> None:
    hows = (Phone("08-16 20 00"), Phone("08-16 20 01"), OnSite("Albano 3"), OnSite("Albano 4"), Walk("The bridge"))
    row = meeting_of(session)
    if row.state is MeetingState.BOOKED:
        meetings.change_how(session, row, how=hows[number], now=life.clock.now)


def other_words(session: Session, life: Life, number: int) -> None:
    pair = meeting_of(session).pair
    pair.programme.name = {"en": f"Programme {number}"}
    pair.mentee.name = f"Emil {number}"


def call_off(session: Session, life: Life, number: int) -> None:
    if meeting_of(session).state is MeetingState.BOOKED:
        meetings.cancel(session, meeting_of(session), now=life.clock.now)


OF_A_MEETING = st.lists(
    st.tuples(st.sampled_from([shift, other_how, other_words, None]), st.integers(0, 4)), max_size=8
)


@LIVES
@given(steps=OF_A_MEETING, ends=st.booleans())
def test_of_a_meeting(life, steps, ends) -> None:
    with life() as at:
        at.do(lambda session: a_meeting(session, a_pair(session, a_programme(session)), how=Phone("08-16 20 00")))
        versions = {0: at_now(at, facts_of)}
        for step, number in [*steps, *([(call_off, 0)] if ends else [])]:
            if step is None:
                at.deliver()
                at.sent_again()
                continue
            before = at_now(at, facts_of)
            at.do(lambda session, step=step, number=number: step(session, at, number))
            after, sequence = at_now(at, facts_of), at_now(at, lambda session: meeting_of(session).sequence)
            assert (sequence == len(versions)) == (after != before), "raised with these facts, and with nothing else"
            versions[sequence] = after
        assert set(versions) == set(range(len(versions)))
        at.deliver()
        told = at.told()
        assert len(told) == 2
        for mails in told.values():
            hears_in_order(mails)
            for _, event in mails:
                starts_at, minutes = versions[int(event["SEQUENCE"])][:2]
                assert (event.start, event.end) == (starts_at, starts_at + timedelta(minutes=minutes))
            assert int(mails[-1][1]["SEQUENCE"]) == max(versions), "whatever was left out, the last word was said"
            assert (mails[-1][0] == "CANCEL") == ends
        nothing_is_lost(at)


def test_of_a_version_that_is_rendered_once_more_every_mail_is_looked_at(life) -> None:
    with life() as at:
        at.do(lambda session: a_meeting(session, a_pair(session, a_programme(session)), how=Phone("08-16 20 00")))
        at.deliver()
        assert at.sent_again() == len(at.post.taken) == 2
        at.post.taken[1] += b"x"
        with pytest.raises(AssertionError):
            at.sent_again()


# Events


def event_of(session: Session) -> Event:
    return session.get_one(Event, 1)


def place_of(session: Session) -> Registration | None:
    """The place that Ada has now."""
    query = session.query(Registration).filter(Registration.name == "Ada")
    return query.filter(Registration.state != RegistrationState.CANCELLED).one_or_none()


def move_event(session: Session, life: Life, by: int) -> None:
    starts = (NOW + timedelta(days=20 + by)).replace(tzinfo=None)
    events.move(session, event_of(session), starts=starts, minutes=60 + by, by="", now=life.clock.now)


def elsewhere(session: Session, life: Life, number: int) -> None:
    kind = EventFormat.ON_SITE if number % 2 else EventFormat.HYBRID
    events.change(session, event_of(session), format=kind, place=f"Hall {number}", by="", now=life.clock.now)


def reword(session: Session, life: Life, number: int) -> None:
    title, told = {"en": f"Evening {number}"}, {"en": f"What it is, {number}"}
    events.change(session, event_of(session), title=title, description=told, by="", now=life.clock.now)


def leave_or_come(session: Session, life: Life, number: int) -> None:
    place = place_of(session)
    if place is None:
        a_registration(session, event_of(session), "Ada", now=life.clock.now)
    else:
        registrations.cancel(session, place, by="", now=life.clock.now)


def event_facts(session: Session) -> tuple[object, ...]:
    row = event_of(session)
    return row.starts_at, row.minutes, row.format, row.place, row.state


def sequences(session: Session) -> dict[str, int]:
    """Of the places that are taken, by uid."""
    taken = session.query(Registration).filter(Registration.state == RegistrationState.CONFIRMED)
    return {row.uid: row.sequence for row in taken}


OF_AN_EVENT = st.lists(
    st.tuples(st.sampled_from([move_event, elsewhere, reword, leave_or_come, None]), st.integers(0, 3)), max_size=8
)


@LIVES
@given(steps=OF_AN_EVENT, ends=st.booleans())
def test_of_an_event_and_those_who_come_leave_and_come_again(life, steps, ends) -> None:
    with life() as at:
        at.do(lambda session: [a_registration(session, event, name) for event in [booked(session)] for name in NAMES])
        for step, number in steps:
            if step is None:
                at.deliver()
                at.sent_again()
                continue
            before, stood = at_now(at, sequences), at_now(at, event_facts)
            at.do(lambda session, step=step, number=number: step(session, at, number))
            after, raised = at_now(at, sequences), at_now(at, event_facts) != stood
            for uid in before.keys() & after.keys():
                assert after[uid] == before[uid] + raised, "with time, place and format, and never with words"
            assert all(after[uid] == 0 for uid in after.keys() - before.keys()), "who comes again is a new entry"
        if ends:
            at.do(lambda session: events.cancel(session, event_of(session), by="", now=at.clock.now))
        at.deliver()
        told = at.told()
        with at.database.reading() as session:
            rows = {row.uid: row for row in session.query(Registration)}
            assert len(rows) == session.query(Registration).count(), "a uid is never used twice"
            called_off = event_of(session).state is EventState.CANCELLED
            for (_, uid), mails in told.items():
                hears_in_order(mails)
                over = called_off or rows[uid].state is RegistrationState.CANCELLED
                assert (mails[-1][0] == "CANCEL") == over
                assert int(mails[-1][1]["SEQUENCE"]) == rows[uid].sequence
                left = over and rows[uid].state is RegistrationState.CANCELLED and "STATUS" not in mails[-1][1]
                assert left == (rows[uid].state is RegistrationState.CANCELLED), "who left is un-invited alone"
            assert {uid for _, uid in told} == set(rows)
        nothing_is_lost(at)


Found = TypeVar("Found")
NAMES = ("Ada", "Bo")


def booked(session: Session) -> Event:
    return an_event(session, a_programme(session), days=20, format=EventFormat.HYBRID, place="Hall 0")


def at_now(at: Life, look: Callable[[Session], Found]) -> Found:
    with at.database.reading() as session:
        return look(session)


def nothing_is_lost(at: Life) -> None:
    """All is sent, but REQUESTs that a later one replaced before anybody began to send them."""
    with at.database.reading() as session:
        for row in session.query(Delivery):
            assert row.state in {DeliveryState.DONE, DeliveryState.SUPERSEDED}, (row.kind, row.reason)
            if row.state is DeliveryState.SUPERSEDED:
                assert MAILS[row.kind].from_data(row.payload).method is Method.REQUEST
