"""A mail server in every mood: who can be reached gets theirs, nothing is lost, nobody gets more than they must."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from integrations.mail.smtp import SmtpMailer
from scheduler.jobs import worker
from scheduler.models import Delivery, Event
from scheduler.presenters.deliveries import cure
from scheduler.presenters.i18n import words
from scheduler.programme import deliveries
from scheduler.programme.events import events
from scheduler.states import Channel, DeliveryState
from tests.builders import a_programme, a_registration, an_event
from tests.integrations.mail.test_smtp import DROP, Server, tls  # noqa: F401 - fixtures
from tests.world import Installation, entry_of

ADA, BO, CY = (f"{name}@example.org" for name in ("ada.a", "bo.b", "cy.c"))
MOST = 3  # copies: one, and two more after answers that were lost


class Moody(Server):
    """Answers each recipient by a script of their own, one answer a mail, and then takes what comes."""

    def __init__(self, **scripts):
        self.at_rcpt = {}
        self.at_end = {}
        super().__init__({}, **scripts)

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.answers["RCPT"] = self._next(self.at_rcpt, address)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        self.answers["END"] = self._next(self.at_end, envelope.rcpt_tos[0])
        return await super().handle_DATA(server, session, envelope)

    def _next(self, scripts, address):
        script = scripts.get(address, [])
        return script.pop(0) if script else "250 OK"

    def got(self):
        """The copies that each recipient has."""
        found = {}
        for envelope, content in zip(self.taken, self.mails(), strict=True):
            mail = message_from_bytes(content, policy=policy.default)
            found.setdefault(envelope.rcpt_tos[0], []).append(mail)
        return found


@contextmanager
def running(server: Server, house: Installation) -> Iterator[Server]:
    house.worker.world = replace(house.worker.world, mailer=SmtpMailer(f"smtp://localhost:{server.port}"))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def moody(house):
    with running(Moody(), house) as server:
        yield server


@pytest.fixture
def owed(house: Installation) -> Installation:
    """Three people have registered, and their mails are owed."""
    with house.database.writing() as session:
        event = an_event(session, a_programme(session), days=20)
        for name in ("Ada A", "Bo B", "Cy C"):
            a_registration(session, event, name)
    return house


def pass_time(house: Installation, *, minutes: int) -> None:
    """Works and waits, a minute at a time."""
    for _ in range(minutes):
        house.worker.drain()
        house.clock.sleep(minutes=1)


def rows(house: Installation) -> list[Delivery]:
    with house.database.reading() as session:
        return session.query(Delivery).order_by(Delivery.id).all()


def states(house: Installation) -> list[DeliveryState]:
    return [row.state for row in rows(house)]


def test_550_for_one_of_three_is_one_failure_and_two_mails(owed, moody):
    moody.at_rcpt[BO] = ["550 5.1.1 <bo.b@example.org> no such user"]
    assert owed.worker.drain() == 1
    assert {to: len(mails) for to, mails in moody.got().items()} == {ADA: 1, CY: 1}
    (failed,) = [row for row in rows(owed) if row.state is DeliveryState.FAILED]
    assert failed.reason == "The mail server refuses the recipient for good (550 5.1.1)."
    assert cure(failed, words("en")).startswith("Ask the person whether the address is right")
    pass_time(owed, minutes=3 * 24 * 60 // 60)
    assert moody.got().keys() == {ADA, CY}, "nobody who was refused for good is tried again"


def test_451_twice_is_three_tries_and_one_mail(owed, moody):
    moody.at_rcpt[BO] = ["451 4.7.1 greylisted", "451 4.7.1 greylisted"]
    owed.worker.drain()
    assert moody.got().keys() == {ADA, CY}, "the others do not wait"
    pass_time(owed, minutes=10)
    assert {to: len(mails) for to, mails in moody.got().items()} == {ADA: 1, BO: 1, CY: 1}
    assert [row.attempt for row in rows(owed)] == [1, 3, 1]
    assert states(owed) == [DeliveryState.DONE] * 3


@pytest.mark.parametrize("drops", [1, 2, 5])
def test_a_drop_after_the_message_is_sent_again_twice_at_most_as_the_same_bytes(owed, moody, drops):
    moody.at_end[BO] = [DROP] * drops
    pass_time(owed, minutes=60 * 6)
    got = moody.got()
    assert (len(got[ADA]), len(got[CY])) == (1, 1)
    assert len(got[BO]) == min(drops + 1, MOST)
    assert len({mail.as_bytes() for mail in got[BO]}) == 1, "to mail programs and calendars they are one"
    bo = rows(owed)[1]
    if drops < MOST:
        assert bo.state is DeliveryState.DONE
    else:
        assert (bo.state, bo.drops) == (DeliveryState.FAILED, 2)
        assert bo.reason == "perhaps sent: The mail server had the message, and its answer was lost."
        assert cure(bo, words("en")) == ("It may have arrived: ask the person, and send it again only if nothing came.")


def test_without_the_limit_copies_would_go_on(owed, moody, monkeypatch):
    """The control: it is the limit that stops them, not the server or the clock."""
    monkeypatch.setitem(worker.BACK_OFF, Channel.MAIL, replace(worker.BACK_OFF[Channel.MAIL], resends=None))
    moody.at_end[BO] = [DROP] * 5
    pass_time(owed, minutes=60 * 6)
    assert len(moody.got()[BO]) == 6


def test_a_coordinator_who_knows_better_sends_it_once_more(owed, moody):
    moody.at_end[BO] = [DROP] * MOST
    pass_time(owed, minutes=60)
    with owed.database.writing() as session:
        deliveries.send_again(session, session.get_one(Delivery, 2), by="anna@example.org", now=owed.clock.now)
    pass_time(owed, minutes=1)
    assert len(moody.got()[BO]) == MOST + 1
    assert DeliveryState.FAILED not in states(owed)


@pytest.mark.usefixtures("trusted")
def test_a_server_that_refuses_tls_gets_nothing_until_it_is_mended(owed, tls):  # noqa: F811
    with running(Server({"STARTTLS": "454 4.7.0 TLS not available"}, tls_context=tls), owed) as server:
        pass_time(owed, minutes=20)
        assert server.taken == [], "nothing goes in the clear"
        assert states(owed) == [DeliveryState.WAITING] * 3
        assert {row.reason for row in rows(owed)} == {"The mail server does not take mail now (454)."}
        del server.answers["STARTTLS"]
        pass_time(owed, minutes=40)
        assert sorted(envelope.rcpt_tos[0] for envelope in server.taken) == [ADA, BO, CY]
    assert states(owed) == [DeliveryState.DONE] * 3


def test_away_for_half_an_hour_loses_nothing_and_what_is_overtaken_meanwhile_stays_at_home(owed):
    with running(Moody(), owed) as server:
        pass
    pass_time(owed, minutes=15)
    with owed.database.writing() as session:
        event = session.get_one(Event, 1)
        starts = event.starts_at.replace(tzinfo=None) + timedelta(days=1)
        events.move(session, event, starts=starts, minutes=120, by="", now=owed.clock.now)
    pass_time(owed, minutes=15)
    assert server.taken == []
    assert sorted(states(owed)) == [DeliveryState.SUPERSEDED] * 3 + [DeliveryState.WAITING] * 3
    server = Moody()
    with running(server, owed):
        pass_time(owed, minutes=40)
        got = server.got()
    assert {to: len(mails) for to, mails in got.items()} == {ADA: 1, BO: 1, CY: 1}
    assert {int(entry_of(mail)["SEQUENCE"]) for (mail,) in got.values()} == {1}


def test_a_cancel_is_never_dropped_nor_overtakes_its_request(owed):
    with running(Moody(), owed) as server:
        pass
    pass_time(owed, minutes=5)
    with owed.database.writing() as session:
        events.cancel(session, session.get_one(Event, 1), by="", now=owed.clock.now)
    pass_time(owed, minutes=25)
    assert DeliveryState.SUPERSEDED not in states(owed)
    server = Moody()
    with running(server, owed):
        pass_time(owed, minutes=60)
        got = server.got()
    for to in (ADA, BO, CY):
        assert [str(entry_of(mail).get("STATUS")) for mail in got[to]] == ["CONFIRMED", "CANCELLED"]
