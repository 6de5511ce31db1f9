"""A mail that is sent again from the desk: one more, and to mail programs the same message."""

from datetime import timedelta

from scheduler.models import Delivery
from scheduler.programme import access
from scheduler.programme.pairs import meetings
from scheduler.programme.people import sign_ins
from scheduler.states import DeliveryState
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_programme, some_hosts
from tests.world import Installation, entry_of

ANNA = "anna@example.org"


def press(house: Installation, delivery_id: int) -> int:
    """Anna signs in and sends the delivery again; the status of the answer."""
    with house.database.writing() as session:
        made = sign_ins.make(session, ANNA, valid=timedelta(hours=1), now=house.clock())
        link = LINKS.sign_in(made.id, made.nonce)
    browser = house.browser()
    browser.application.config["WTF_CSRF_ENABLED"] = False
    assert browser.post(link, base_url=LINKS.base_url).status_code == 303
    address = f"/c/mentor/deliveries/{delivery_id}/again"
    return browser.post(address, base_url=LINKS.base_url).status_code


def test_one_more_mail_with_the_same_message_id(house: Installation) -> None:
    with house.database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        access.grant_coordinator(session, ANNA, programme=programme, department=None, by="", now=NOW)
        meeting = a_meeting(session, a_pair(session, programme))
    house.work()
    (first,) = house.post.to("emil")
    with house.database.reading() as session:
        emil = meeting.pair.mentee_id
        row = session.query(Delivery).filter_by(kind="SendInvite", person_id=emil).one()
    before = len(house.post.mails())
    assert press(house, row.id) == 303
    assert press(house, row.id) == 409, "it is on its way"
    house.work()
    assert len(house.post.mails()) == before + 1
    _, copy = house.post.to("emil")
    assert copy["Message-ID"] == first["Message-ID"]
    assert entry_of(copy)["SEQUENCE"] == entry_of(first)["SEQUENCE"]
    assert entry_of(copy)["UID"] == entry_of(first)["UID"]


def test_after_a_move_the_old_version_stays_where_it_is(house: Installation) -> None:
    with house.database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        access.grant_coordinator(session, ANNA, programme=programme, department=None, by="", now=NOW)
        meeting = a_meeting(session, a_pair(session, programme))
    house.work()
    with house.database.writing() as session:
        found = session.merge(meeting)
        meetings.reschedule(session, found, starts_at=NOW + timedelta(days=9), minutes=45, now=NOW, by=ANNA)
    house.work()
    before = len(house.post.mails())
    with house.database.reading() as session:
        old = session.query(Delivery).filter_by(kind="SendInvite", state=DeliveryState.DONE).order_by("id").first()
    assert old is not None
    assert press(house, old.id) == 409
    house.work()
    assert len(house.post.mails()) == before
