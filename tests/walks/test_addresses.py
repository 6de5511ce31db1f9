"""An address that was written wrongly is put right: the wrong mailbox keeps nothing, the right one gets all."""

import html
import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from sqlalchemy import select

from scheduler.errors import BadEmail, EmailTaken, KnownElsewhere, LinkSpent
from scheduler.models import AuditEntry, Meeting, Person, Programme, Registration, Seat
from scheduler.programme.events import registrations
from scheduler.programme.pairs import meetings
from scheduler.programme.people import addresses, asking, sign_ins
from scheduler.states import Action, Role
from tests.builders import (
    NOW,
    a_meeting,
    a_member,
    a_pair,
    a_programme,
    a_proposal,
    a_registration,
    an_event,
    some_hosts,
)
from tests.world import Installation, calendar_of, entry_of, text_of

HOUR = timedelta(hours=1)
BY = "all@example.org"
WRONG, RIGHT = "emil.mentee@example.org", "emil@right.example.org"


@pytest.fixture
def mailed(house: Installation) -> Installation:
    """All that there is was sent to a wrong address: of Emil, who meets Maria, is asked for times, and has a seat."""
    with house.database.writing() as session:
        some_hosts(session, 2)
        programme = a_programme(session)
        pair = a_pair(session, programme)
        a_meeting(session, pair)
        a_proposal(session, pair, made_by=pair.mentor)
        asking.ask_all(session, programme, by=BY, now=NOW)
        asking.introduce_all(session, programme, by=BY, now=NOW)
        a_registration(session, an_event(session, programme), "Emil Mentee")
    house.work()
    return house


def correct(house: Installation, email: str = RIGHT, *, name: str = "Emil Mentee") -> None:
    with house.database.writing() as session:
        person = session.scalars(select(Person).where(Person.name == name)).one()
        programme = session.scalars(select(Programme).order_by(Programme.id).limit(1)).one()
        addresses.correct(session, programme, person, email, by=BY, now=house.clock())


def mails_to(house: Installation, email: str, since: int = 0) -> list[EmailMessage]:
    return [mail for mail in house.post.mails()[since:] if mail["To"] == email or email in str(mail["To"])]


def links_in(mails: list[EmailMessage]) -> set[str]:
    found = set()
    for mail in mails:
        for text in (text_of(mail), html.unescape(mail.get_body(("html",)).get_content())):
            found |= {link.rstrip(".") for link in re.findall(r"https://[^\s<>\"')]+", text)}
    return {link for link in found if re.search(r"/(j|a|r|i|times|feeds)/", link)}


def invites(mails: list[EmailMessage]) -> list[tuple[EmailMessage, Calendar]]:
    return [(mail, calendar_of(mail)) for mail in mails if any("calendar" in p.get_content_type() for p in mail.walk())]


def test_the_wrong_mailbox_keeps_nothing_and_the_right_one_gets_all(mailed):
    old = mails_to(mailed, WRONG)
    seen, leaked = len(mailed.post.mails()), links_in(old)
    browser = mailed.browser()
    assert {browser.get(link).status_code for link in leaked} == {200}, "the control: they lead somewhere"
    correct(mailed)
    mailed.work()

    assert {browser.get(link).status_code for link in leaked} == {404}
    withdrawn = invites(mails_to(mailed, WRONG, seen))
    assert len(withdrawn) == len(mails_to(mailed, WRONG, seen)) == 2, "nothing else goes there"
    told = {str(entry_of(mail)["UID"]): int(entry_of(mail)["SEQUENCE"]) for mail, _ in invites(old)}
    anew = {str(entry_of(mail)["UID"]): mail for mail, _ in invites(mails_to(mailed, RIGHT, seen))}
    assert told.keys() == anew.keys()
    for mail, calendar in withdrawn:
        entry = entry_of(mail)
        uid = str(entry["UID"])
        assert (str(calendar["METHOD"]), "STATUS" in entry) == ("CANCEL", False), "it takes place, for others"
        assert str(entry["ATTENDEE"]) == f"mailto:{WRONG}"
        assert told[uid] < int(entry["SEQUENCE"]) < int(entry_of(anew[uid])["SEQUENCE"])
        assert "by mistake" in text_of(mail)
        assert "Emil" not in text_of(mail) + mail["Subject"]
        assert not links_in([mail])
    for mail in anew.values():
        assert str(calendar_of(mail)["METHOD"]) == "REQUEST"
        assert str(entry_of(mail)["ATTENDEE"]) == f"mailto:{RIGHT}"
        assert "address has been put right" in text_of(mail)
    subjects = {mail["Subject"].partition(":")[0] for mail in mails_to(mailed, RIGHT, seen)}
    assert len(mails_to(mailed, RIGHT, seen)) == 5, subjects
    assert {browser.get(link).status_code for link in links_in(mails_to(mailed, RIGHT, seen))} == {200}


def test_the_other_one_has_the_same_version_and_their_own_links_stay(mailed):
    (before,) = [link for link in links_in(mails_to(mailed, "maria.mentor@example.org")) if "/j/" in link]
    correct(mailed)
    mailed.work()
    last = mails_to(mailed, "maria.mentor@example.org")[-1]
    with mailed.database.reading() as session:
        assert int(entry_of(last)["SEQUENCE"]) == session.scalars(select(Meeting)).one().sequence == 2
    assert "An e-mail address has been put right, so here is your meeting with Emil Mentee once more" in text_of(last)
    assert mailed.browser().get(before).status_code == 200


def test_what_never_arrived_needs_no_withdrawal(house):
    with house.database.writing() as session:
        a_meeting(session, a_pair(session, a_programme(session)))
    correct(house)
    with house.database.reading() as session:
        assert session.scalars(select(Meeting)).one().sequence == 1
    house.work()
    assert mails_to(house, WRONG) == []
    assert len(mails_to(house, RIGHT)) == 1


def test_sessions_and_links_to_sign_in_end(mailed):
    with mailed.database.writing() as session:
        used, unused = (sign_ins.make(session, WRONG, valid=HOUR, now=NOW) for _ in range(2))
        token = sign_ins.use_link(session, used.id, used.nonce, now=NOW).token
    correct(mailed)
    with mailed.database.writing() as session:
        assert sign_ins.signed_in_as(session, token, now=mailed.clock()) is None
        with pytest.raises(LinkSpent):
            sign_ins.use_link(session, unused.id, unused.nonce, now=mailed.clock())


def test_what_is_over_or_cancelled_is_left_alone(house):
    with house.database.writing() as session:
        programme = a_programme(session)
        pair = a_pair(session, programme)
        meetings.cancel(session, a_meeting(session, pair), now=NOW)
        given_up = a_registration(session, an_event(session, programme), "Emil Mentee")
        registrations.cancel(session, given_up, by="", now=NOW)
    house.work()
    seen = len(house.post.mails())
    correct(house)
    house.work()
    assert house.post.mails()[seen:] == []


@pytest.mark.parametrize(
    ("email", "why"),
    [("", BadEmail), ("emil", BadEmail), ("a@b@c", BadEmail), ("maria.mentor@example.org", EmailTaken)],
)
def test_what_will_not_do_changes_nothing(mailed, email, why):
    with pytest.raises(why):
        correct(mailed, email)
    with mailed.database.reading() as session:
        assert session.scalars(select(Person).where(Person.email == WRONG)).one().name == "Emil Mentee"
        assert set(session.scalars(select(Seat.door_generation))) == {1}


def test_the_same_address_is_no_change(mailed):
    seen = len(mailed.post.mails())
    correct(mailed, "Emil.Mentee@Example.org")
    mailed.work()
    assert len(mailed.post.mails()) == seen


def test_somebody_of_another_programme_too_is_not_this_desks_to_change(mailed):
    with mailed.database.writing() as session:
        emil = session.scalars(select(Person).where(Person.email == WRONG)).one()
        a_member(session, a_programme(session, "other"), emil, Role.MENTEE)
    with pytest.raises(KnownElsewhere):
        correct(mailed)


def test_the_trail_names_no_address(mailed):
    correct(mailed)
    with mailed.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.PERSON_CHANGED))
        assert (entry.by, entry.details) == (BY, {"address": True})
        assert session.scalars(select(Registration)).one().person.email == RIGHT
