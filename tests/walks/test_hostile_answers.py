"""Mails that would decline somebody's meeting and may not: by either road they change nothing, and owe no mail.

Each has its control: the same mail without what is wrong with it does decline.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from integrations.mail import imap
from integrations.outcome import Retry
from scheduler.jobs import inbox
from scheduler.models import Meeting, Receipt
from scheduler.presenters import arrivals
from scheduler.programme.pairs import meetings
from scheduler.programme.replies import inbound
from scheduler.states import Invited, MeetingState, Parked
from tests.imap_server import DROP
from tests.integrations.ical import mails
from tests.programme.answering import EMIL, LATER, MARIA, a_booked_pair
from tests.programme.replies.test_inbound import everything
from tests.walks.roads import ORGANIZERS, Roads, roads

OURS = ORGANIZERS.of(Invited.MEETING, 1)
ROADS = ("hook", "imap")
FAIL = "mx.example.org; spf=pass smtp.mailfrom=example.org; dmarc=fail header.from=example.org"


@pytest.fixture
def open_roads(database, certificate, trusted):
    with database.writing() as session:
        a_booked_pair(session).uid = mails.UID
    with roads(database, certificate, LATER) as found:
        yield found


def decline(*, attendee=EMIL, sequence="0", stamp="20261102T100000Z", **of_mail):
    content = mails.answer(attendee=attendee, partstat="DECLINED", sequence=sequence, dtstamp=stamp)
    return mails.mail(content, **{"sender": EMIL, "to": OURS, **of_mail})


def to_us(mail: bytes, sender: str = EMIL) -> bytes:
    """A raw mail of `mails`, from Emil to the address of his invite."""
    return mail.replace(mails.ORGANIZER.encode(), OURS.encode()).replace(b"zoe@uni.example", sender.encode(), 1)


def plain(**headers):
    return mails.mail(None, sender=EMIL, to=OURS, **headers)


DECLINED = mails.answer(attendee=EMIL, partstat="DECLINED").encode()
HOSTILE = {
    "forged, as our mail server found": (decline(Authentication_Results=FAIL), Parked.FORGED),
    "from another than it answers for": (decline(sender=MARIA), Parked.OTHER_SENDER),
    "from a stranger": (decline(sender="eve@evil.example"), Parked.OTHER_SENDER),
    "for a stranger": (decline(sender="eve@evil.example", attendee="eve@evil.example"), Parked.UNINVITED),
    "from an address with a NUL": (decline().replace(EMIL.encode(), b"\x00" + EMIL.encode(), 1), Parked.OTHER_SENDER),
    "of a uid with a NUL": (mails.mail(mails.answer(attendee=EMIL, uid=f"{mails.UID}\x00"), sender=EMIL, to=OURS),
                            Parked.BROKEN),
    "to an address that was guessed": (decline(to="e-m1-1-" + "a" * 32 + "@in.example.org"), Parked.UNKNOWN_ADDRESS),
    "to the sender of the mails": (decline(to="traff@example.org"), Parked.UNKNOWN_ADDRESS),
    "to an address elsewhere": (decline(to=OURS.replace("in.example.org", "evil.example")), Parked.UNKNOWN_ADDRESS),
    "of a version that never was": (decline(sequence="9"), Parked.AHEAD),
    "forwarded": (mails.forwarded(decline(), sender=EMIL).replace(mails.ORGANIZER.encode(), OURS.encode()),
                  Parked.NO_ANSWER),
    "in 200 parts in each other": (to_us(mails.nested(200, DECLINED)), Parked.TOO_NESTED),
    "an out-of-office": (plain(Auto_Submitted="auto-replied"), Parked.AUTOMATIC),
    "a letter": (plain(), Parked.NO_ANSWER),
    "an invite of somebody else's": (mails.mail(mails.answer("REQUEST"), method="REQUEST", sender=EMIL, to=OURS),
                                     Parked.NOT_FOR_US),
}  # fmt: skip


def reasons(found: Roads) -> Sequence[Parked | None]:
    with found.database.reading() as session:
        return session.scalars(select(Receipt.reason).order_by(Receipt.id)).all()


def is_declined(found: Roads) -> bool:
    with found.database.reading() as session:
        return session.get_one(Meeting, 1).state is MeetingState.CANCELLED


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_mail_changes_and_sends_nothing(open_roads, case):
    mail, reason = HOSTILE[case]
    before = everything(open_roads.database)
    for road in ROADS * 2:
        open_roads.bring(mail, road)
    assert everything(open_roads.database) == before
    assert reasons(open_roads) == [reason]
    open_roads.bring(decline(message_id="<good@example.org>"), "hook")
    assert is_declined(open_roads)


@pytest.mark.parametrize("road", ROADS)
def test_one_of_an_earlier_version(open_roads, road):
    with open_roads.database.writing() as session:
        meeting = session.get_one(Meeting, 1)
        start = meeting.starts_at.replace(day=meeting.starts_at.day + 1)
        meetings.reschedule(session, meeting, starts_at=start, minutes=45, now=LATER)
    before = everything(open_roads.database)
    open_roads.bring(decline(), road)
    assert everything(open_roads.database) == before
    assert reasons(open_roads) == [Parked.EARLIER_VERSION]
    open_roads.bring(decline(sequence="1", message_id="<2@example.org>"), road)
    assert is_declined(open_roads)


def test_one_of_20_megabytes(open_roads):
    mail = decline() + b"x" * 20_000_000
    before = everything(open_roads.database)
    assert open_roads.post(mail) == 413
    assert open_roads.fetch(mail) == 1
    assert open_roads.post(decline(message_id="<3@example.org>")[:-1] + b"\r\n" * 2_000_000) == 413
    assert everything(open_roads.database) == before
    assert reasons(open_roads) == [Parked.TOO_LARGE]
    assert open_roads.fetch(decline(message_id="<2@example.org>")) == 1
    assert is_declined(open_roads)


class TestWhatIsLostOnTheWay:
    def test_killed_after_the_commit_it_comes_again_and_is_done_once(self, open_roads):
        open_roads.mailbox.answers["UID STORE"] = "drop"
        with pytest.raises(Retry):
            open_roads.fetch(decline())
        assert is_declined(open_roads)
        assert open_roads.mailbox.mails[0].flags == set()
        once = everything(open_roads.database)
        open_roads.mailbox.answers.clear()
        assert open_roads.fetch() == 1
        assert everything(open_roads.database) == once
        assert open_roads.mailbox.mails[0].flags == {r"\Answered", r"\Seen"}
        assert open_roads.fetch() == 0

    def test_killed_before_it_stays_and_is_done_later(self, open_roads, monkeypatch):
        def away(*args, **values):
            raise OperationalError("", {}, Exception("the database is away"))

        with monkeypatch.context() as broken:
            broken.setattr(inbound, "take_all", away)
            with pytest.raises(OperationalError):
                open_roads.fetch(decline())
            assert open_roads.post(decline()) == 503
        assert not is_declined(open_roads)
        assert open_roads.fetch() == 1
        assert is_declined(open_roads)

    def test_one_that_meets_a_bug_holds_up_no_other(self, open_roads, monkeypatch):
        original = arrivals.read

        def read(mail, *args, **values):
            if b"<bad@example.org>" in mail:
                raise ValueError("a bug")
            return original(mail, *args, **values)

        monkeypatch.setattr(arrivals, "read", read)
        assert open_roads.fetch(decline(message_id="<bad@example.org>"), decline()) == 1
        assert is_declined(open_roads)
        assert [bool(mail.flags) for mail in open_roads.mailbox.mails] == [False, True]

    def test_it_stops_between_two_mails_when_it_is_told(self, open_roads):
        open_roads.mailbox.put(decline())
        stop = threading.Event()
        stop.set()
        assert inbox.poll(open_roads.database, open_roads.world, clock=open_roads.clock, stop=stop) == 0
        assert open_roads.fetch() == 1


def test_without_a_mailbox_nothing_is_fetched(open_roads):
    without = replace(open_roads.world, inbox=None)
    assert inbox.poll(open_roads.database, without, clock=open_roads.clock, stop=threading.Event()) == 0


def test_more_that_cannot_be_fetched_than_are_looked_at_in_one_turn(open_roads, monkeypatch):
    monkeypatch.setattr(imap, "MOST", 2)
    for _ in range(5):
        open_roads.mailbox.put(b"broken at the server").broken = "NO it cannot be read"
    assert [open_roads.fetch(decline()), open_roads.fetch(), open_roads.fetch()] == [0, 0, 1]
    assert is_declined(open_roads)
    open_roads.mailbox.mails[0].broken = ""
    assert sum(open_roads.fetch() for _ in range(3)) == 1  # once the server is mended, what was left comes up again


def test_a_server_that_hangs_up_over_what_it_cannot_read(open_roads):
    """As Dovecot does."""
    for _ in range(2):
        open_roads.mailbox.put(b"broken at the server").broken = DROP
    for mail in (plain(), None):
        with pytest.raises(Retry):
            open_roads.fetch(*([mail] if mail else []))
    assert not is_declined(open_roads)
    with pytest.raises(Retry):  # what is new comes first
        open_roads.fetch(decline(message_id="<2@example.org>"))
    assert is_declined(open_roads)
    assert len(open_roads.mailbox.open(r"\Answered")) == 2


def test_more_that_meet_a_bug_than_are_looked_at_in_one_turn(open_roads, monkeypatch):
    monkeypatch.setattr(imap, "MOST", 2)
    take_all = inbound.take_all

    def taking(session, arrived, *, now):
        if not arrived[0].uid:
            raise ValueError("a bug")
        return take_all(session, arrived, now=now)

    monkeypatch.setattr(inbound, "take_all", taking)
    letters = [mails.mail(None, message_id=f"<{number}@uni.example>") for number in range(5)]
    assert [open_roads.fetch(*letters, decline()), open_roads.fetch(), open_roads.fetch()] == [0, 0, 1]
    assert is_declined(open_roads)
