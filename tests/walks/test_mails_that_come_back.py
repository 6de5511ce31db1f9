"""Mails that come back: by either road the delivery is marked as failed, once; and nobody else's by a forged notice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from integrations.outcome import OutcomeUnknown, Retry
from scheduler.messages import SendIntroduction
from scheduler.models import Delivery, Meeting, Pair, Person, Programme, Receipt
from scheduler.outbox import put
from scheduler.programme import deliveries, truths
from scheduler.programme.people import addresses
from scheduler.states import DeliveryState, Parked
from tests.builders import NOW, a_meeting, a_pair, a_programme, a_registration, an_event, some_hosts
from tests.integrations.mail.notices import exchange, gmail, qmail, report
from tests.walks.roads import DOMAIN, Roads, roads
from tests.walks.test_sending_again import ANNA
from tests.world import Installation

EMIL, MARIA = "emil.mentee@example.org", "maria.mentor@example.org"
FORMS: dict[str, Callable[..., bytes]] = {"postfix": report, "exchange": exchange, "gmail": gmail, "qmail": qmail}
ROADS = ("hook", "imap")


@pytest.fixture
def open_roads(house: Installation, certificate: Path, trusted: None) -> Iterator[Roads]:
    """Maria and Emil have a meeting and were introduced, Rut a seat at an event; all of it has been sent."""
    house.worker.world = replace(house.worker.world, reply_domain=DOMAIN)
    with house.database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        pair = a_pair(session, programme)
        a_meeting(session, pair)
        put(session, SendIntroduction(pair.id, pair.mentee_id), programme_id=programme.id, now=NOW)
        a_registration(session, an_event(session, programme))
    house.work()
    with roads(house.database, certificate, NOW) as found:
        yield found


def sent(house: Installation, name: str, kind: str = "SendInvite") -> tuple[str, Delivery]:
    """The mail to the person of that first name, as it went out, and its delivery."""
    with house.database.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id.desc())).all()
        contents = [bytes(content).decode("ascii") for to, content in house.post.received if to.startswith(name)]
        return next((mail, row) for row in rows for mail in contents if row.message_id and row.message_id in mail)


def states(found: Roads) -> dict[int, tuple[DeliveryState, str]]:
    with found.database.reading() as session:
        return {row.id: (row.state, row.reason) for row in session.scalars(select(Delivery))}


def reasons(found: Roads) -> Sequence[Parked | None]:
    with found.database.reading() as session:
        return session.scalars(select(Receipt.reason).order_by(Receipt.id)).all()


def organizer(mail: str) -> str:
    return next(line for line in mail.splitlines() if DOMAIN in line).rpartition("<")[2].rstrip(">")


@pytest.mark.parametrize(("form", "road"), list(zip(FORMS, ROADS * 2, strict=True)))
def test_the_delivery_that_came_back_is_marked_and_nothing_else(open_roads, house, form, road):
    mail, delivery = sent(house, "emil")
    before, mails = states(open_roads), len(house.post.received)
    notice = FORMS[form](mail, recipient=EMIL, to=organizer(mail))
    for _ in range(3):
        open_roads.bring(notice, road)
    code = {"exchange": "5.1.10"}.get(form, "5.1.1")
    assert states(open_roads) == {
        **before, delivery.id: (DeliveryState.FAILED, f"sent back: not delivered ({code})"),
    }  # fmt: skip
    assert reasons(open_roads) == [None]
    house.work()
    assert len(house.post.received) == mails
    with open_roads.database.reading() as session:
        meeting = session.get_one(Meeting, delivery.meeting_id)
        told = {seat.person.email: truth for seat, truth in truths.of_meetings(session, [meeting])[meeting.id]}
        assert (told[EMIL].state, told[EMIL].delivered) == (DeliveryState.FAILED, None)
        assert told[MARIA].state is DeliveryState.DONE


@pytest.mark.parametrize(("name", "kind"), [("emil", "SendIntroduction"), ("rut", "SendRegistration")])
def test_every_mail_is_known_by_its_message_id(open_roads, house, name, kind):
    mail, delivery = sent(house, name, kind)
    open_roads.bring(report(mail=mail, to="traff@example.org"), "hook")
    assert states(open_roads)[delivery.id][0] is DeliveryState.FAILED
    assert reasons(open_roads) == [None]


@pytest.mark.parametrize(("name", "kind"), [("emil", "SendInvite"), ("rut", "SendRegistration")])
def test_where_no_headers_come_back_the_address_and_the_recipient_tell(open_roads, house, name, kind):
    mail, delivery = sent(house, name, kind)
    whom = next(to for to, _ in house.post.received if to.startswith(name))
    open_roads.bring(report(mail=None, recipient=whom, to=organizer(mail)), "hook")
    assert states(open_roads)[delivery.id][0] is DeliveryState.FAILED


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("lost", [False, True], ids=["", "and the answer got lost"])
def test_a_mail_that_is_back_before_it_is_noted_as_sent_has_failed(open_roads, house, road, lost):
    """As from a mail server next door, which knows at once that there is no such mailbox."""
    post = Hasty(open_roads, road, lost)
    house.worker.world = replace(house.worker.world, mailer=post)
    with open_roads.database.writing() as session:
        pair = session.get_one(Pair, 1)
        owed = put(session, SendIntroduction(pair.id, pair.mentor_id), programme_id=pair.programme_id, now=NOW)
    house.work()
    assert len(post.sent) == 1
    assert states(open_roads)[owed.id] == (DeliveryState.FAILED, "sent back: not delivered (5.1.1)")
    assert reasons(open_roads) == [None]


class Hasty:
    """Hands each mail back before it has answered that it took it; `lost`, it does not even answer."""

    def __init__(self, roads, road, lost):
        self.roads, self.road, self.lost = roads, road, lost
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        self.roads.bring(report(mail=message.as_string(), to="traff@example.org"), self.road)
        if self.lost:
            raise OutcomeUnknown("the connection broke")


@pytest.mark.parametrize("road", ROADS)
def test_a_delay_changes_nothing(open_roads, house, road):
    mail, _ = sent(house, "emil")
    before = states(open_roads)
    open_roads.bring(report(mail=mail, recipient=EMIL, to=organizer(mail), action="delayed", status="4.4.1"), road)
    assert states(open_roads) == before
    assert reasons(open_roads) == [Parked.AUTOMATIC]


def test_a_forged_notice_marks_nobody_elses_delivery(open_roads, house):
    mail, delivery = sent(house, "emil")
    _, introduction = sent(house, "emil", "SendIntroduction")
    assert introduction.message_id is not None
    ours, key = organizer(mail), introduction.message_id[1:].rpartition(".")[0]
    forged = "mx.example.org; dmarc=fail header.from=example.net"
    hostile = [
        report(mail=f"Message-ID: <{key}@example.org>\r\n\r\n", to="traff@example.org"),
        report(mail=f"Message-ID: <{key}.{'a' * 24}@example.org>\r\n\r\n", to="traff@example.org"),
        report(mail=None, recipient=EMIL, to="traff@example.org"),
        report(mail=None, recipient=EMIL, to=f"e-m1-1-{'a' * 32}@{DOMAIN}"),
        report(mail=None, recipient="eve@evil.example", to=ours),
        report(mail=None, recipient="", to=ours),
        report(mail=None, recipient=EMIL, to=ours, head=f"Authentication-Results: {forged}\r\n"),
    ]
    before = states(open_roads)
    for number, notice in enumerate(hostile):
        open_roads.bring(notice.replace(b"<bounce-1@", f"<bounce-{number}@".encode()), "hook")
    assert states(open_roads) == before
    assert len(reasons(open_roads)) == len(hostile)
    assert None not in reasons(open_roads)
    open_roads.bring(report(mail=None, recipient=EMIL, to=ours), "hook")  # the control
    assert states(open_roads)[delivery.id][0] is DeliveryState.FAILED


def test_what_was_sent_again_since_is_not_marked_by_a_copy_of_the_first_notice(open_roads, house):
    mail, delivery = sent(house, "emil")
    notice = report(mail=mail, recipient=EMIL, to=organizer(mail))
    open_roads.bring(notice, "hook")
    with open_roads.database.writing() as session:
        again = deliveries.send_again(session, session.get_one(Delivery, delivery.id), by=ANNA, now=NOW)
    house.work()
    open_roads.bring(notice, "imap")
    assert states(open_roads)[again.id][0] is DeliveryState.DONE
    second = notice.replace(b"<bounce-1@", b"<bounce-2@")
    open_roads.bring(second, "imap")  # the control: that it came back a second time
    assert states(open_roads)[again.id][0] is DeliveryState.FAILED


def test_a_notice_is_about_what_went_out_and_not_about_what_still_waits(open_roads, house):
    """Sent a second time it is the same mail, and the mail server has not taken it yet."""
    mail, delivery = sent(house, "emil")
    with open_roads.database.writing() as session:
        again = deliveries.send_again(session, session.get_one(Delivery, delivery.id), by=ANNA, now=NOW)
    taken = house.worker.world.mailer
    house.worker.world = replace(house.worker.world, mailer=Full())
    house.worker.drain()
    house.worker.world = replace(house.worker.world, mailer=taken)
    assert states(open_roads)[again.id] == (DeliveryState.WAITING, "452 try later")
    open_roads.bring(report(mail=mail, recipient=EMIL, to=organizer(mail)), "hook")
    found = states(open_roads)
    assert (found[delivery.id][0], found[again.id][0]) == (DeliveryState.FAILED, DeliveryState.WAITING)
    assert reasons(open_roads) == [None]


class Full:
    """Takes nothing just now."""

    def send(self, message):
        raise Retry("452 try later")


def test_nothing_is_taken_back_from_an_address_that_it_came_back_from(open_roads, house):
    mail, delivery = sent(house, "emil")
    open_roads.bring(report(mail, recipient=EMIL, to=organizer(mail)), "hook")
    with open_roads.database.writing() as session:
        programme, emil = session.get_one(Programme, 1), session.get_one(Person, delivery.person_id)
        addresses.correct(session, programme, emil, "emil@right.example", by=ANNA, now=NOW)
    before = len(house.post.received)
    house.work()
    told = {to for to, _ in house.post.received[before:]}
    assert "emil@right.example" in told
    assert EMIL not in told
