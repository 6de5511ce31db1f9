"""Every sample of an answer, by either road and ten times over: what it asks is done, once."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.db import Base
from scheduler.models import Delivery, Meeting, Proposal, Receipt, Seat
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Video
from scheduler.states import Invited, MeetingState, Parked, Partstat, ProposalState
from tests.builders import a_pair, a_person, a_programme, utc
from tests.conftest import CONTRACTS
from tests.walks.roads import ORGANIZERS, roads

NOW = utc(2026, 9, 30, 21)
STARTS = utc(2026, 10, 5, 8)
ALL_DAY = [[day, "06:00", "22:00"] for day in range(7)]
SAMPLES = CONTRACTS / "itip-samples"
NAMES = sorted(path.name for path in SAMPLES.glob("*.eml")) or ["no samples"]


@pytest.fixture(params=NAMES)
def sample(request, contracts):
    """The mail as it is, and what is to be read in it."""
    expected = json.loads((SAMPLES / "expected.json").read_text())
    return (SAMPLES / request.param).read_bytes(), expected[request.param]


@pytest.fixture
def invited(database, sample, certificate, trusted):
    """Whoever answers is a mentee with a meeting of the sample's uid, at the version that it answers."""
    with database.writing() as session:
        mentor = a_person(session, "Maria Mentor", weekly=ALL_DAY)
        mentee = a_person(session, "Zoe Ali", weekly=ALL_DAY)
        mentee.email = sample[1]["attendee"]
        programme = a_programme(session, starts_on=date(2026, 8, 24))
        pair = a_pair(session, programme, mentor, mentee)
        meeting = meetings.book(session, pair, starts_at=STARTS, minutes=90, how=Video(), now=NOW)
        meeting.uid, meeting.sequence = sample[1]["uid"], sample[1]["sequence"]
        session.query(Delivery).update({"state": "done"})
    with roads(database, certificate, NOW) as found:
        yield found


def delivered(mail: bytes) -> bytes:
    """As our mail server hands it on: with the address that the envelope names above what the sender wrote."""
    return f"Delivered-To: {ORGANIZERS.of(Invited.MEETING, 1).upper()}\r\n".encode() + mail


def count(session: Session, table: type[Base]) -> int:
    return session.scalars(select(func.count()).select_from(table)).one()


def test_every_sample_has_its_effect_once(invited, sample):
    mail, expected = delivered(sample[0]), sample[1]
    first, second = ("hook", "imap") if invited.database.engine.dialect.name == "sqlite" else ("imap", "hook")
    for road in [first, *[second, first] * 4, second]:
        invited.bring(mail, road)
    with invited.database.reading() as session:
        receipt = session.scalars(select(Receipt)).one()
        meeting = session.get_one(Meeting, 1)
        partstats = {seat.person.email: seat.partstat for seat in session.scalars(select(Seat))}
        answered = partstats.pop(expected["attendee"])
        assert list(partstats.values()) == [None]
        owed = list(
            session.scalars(select(Delivery.kind).where(Delivery.state == "waiting", Delivery.channel == "mail"))
        )
        if "recurrence_id" in expected:
            assert (receipt.reason, answered, owed) == (Parked.ONE_OF_A_SERIES, None, [])
            return
        assert receipt.reason is None
        said = expected["partstat"].lower() if expected["partstat"] != "NEEDS-ACTION" else "tentative"
        assert answered is Partstat(said)
        if expected["method"] == "COUNTER":
            counter_is_put(session, expected, meeting, owed)
        elif answered is Partstat.DECLINED:
            assert (meeting.state, meeting.sequence) == (MeetingState.CANCELLED, expected["sequence"] + 1)
            assert sorted(owed) == ["SendInvite"] * 2 + ["SendProposal"] * 2
        else:
            assert (meeting.state, meeting.sequence, owed) == (MeetingState.BOOKED, expected["sequence"], [])
        assert count(session, Meeting) == 1


def counter_is_put(session: Session, expected: dict[str, Any], meeting: Meeting, owed: list[str]) -> None:
    proposal = session.scalars(select(Proposal)).one()
    assert proposal.state is ProposalState.OPEN
    (slot,) = proposal.slots
    assert slot.starts_at.strftime("%Y%m%dT%H%M%SZ") == expected["start"]
    assert (slot.starts_at + timedelta(minutes=proposal.minutes)).strftime("%Y%m%dT%H%M%SZ") == expected["end"]
    assert proposal.made_by.email == expected["attendee"]
    assert (proposal.counter.meeting_id, meeting.starts_at, meeting.state) == (1, STARTS, MeetingState.BOOKED)
    assert owed == ["SendProposal"]
