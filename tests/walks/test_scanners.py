"""Mail scanners follow every link of every mail, by GET and by HEAD: nothing comes of it, and nobody is signed in."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.models import Delivery, Person, SignIn
from scheduler.programme.events import audiences
from scheduler.programme.pairs import answers
from scheduler.programme.people import asking, sign_ins
from scheduler.states import Channel
from tests.builders import (
    LINKS,
    NOW,
    a_meeting,
    a_pair,
    a_person,
    a_programme,
    a_proposal,
    a_registration,
    an_event,
    some_hosts,
)
from tests.web.world import everything
from tests.world import Installation, text_of

LINK = re.compile(r"https://[^\s<>\"')]+")


def fill(house: Installation) -> None:
    """One mail of every kind that there is is owed, and of what became of a proposal and an invitation."""
    with house.database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        maria, emil = a_person(session, "Maria Mentor"), a_person(session, "Emil Mentee")
        pair = a_pair(session, programme, maria, emil)
        a_meeting(session, pair)
        a_proposal(session, pair, made_by=emil)
        asking.ask_all(session, programme, by="", now=NOW)
        asking.introduce_all(session, programme, by="", now=NOW)
        event = an_event(session, programme)
        a_registration(session, event)
        audiences.invite(session, event, by="", now=NOW)
        declined = a_proposal(session, a_pair(session, programme, emil, a_person(session, "Anna")), made_by=emil)
        answers.decline(session, declined.answers[0], now=NOW)
        sign_ins.ask(session, maria.email, locale="en", leads_to="/me/", now=NOW)


def links(house: Installation) -> set[str]:
    found: set[str] = set()
    for mail in house.post.mails():
        page = mail.get_body(("html",))
        assert page is not None
        for text in (text_of(mail), html.unescape(str(page.get_content()))):
            found |= {link.rstrip(".") for link in LINK.findall(text) if link.startswith(LINKS.base_url)}
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_every_link_changes_nothing_and_signs_nobody_in(house: Installation, method: str) -> None:
    fill(house)
    house.work()
    found = links(house)
    before = everything(house.database)
    scanner = house.browser()
    opened = set()
    for link in sorted(found) * 2:
        answer = scanner.open(link, method=method)
        assert answer.status_code < 500, link
        opened |= {link.removeprefix(LINKS.base_url).split("/")[1]} if answer.status_code == 200 else set()
        assert scanner.get(f"{LINKS.base_url}/me/").status_code == 303, "still nobody"
    with house.database.reading() as session:
        owed = set(session.scalars(select(Delivery.kind).where(Delivery.channel == Channel.MAIL)))
    assert owed >= {"SendEventInvitation", "SendProposalNews", "SendInvite", "SendRegistration", "SendProposal"}
    assert opened >= {"p", "j", "sign-in", "a", "r", "feeds", "i"}, "there was something to follow"
    assert everything(house.database) == before
    with house.database.reading() as session:
        assert session.scalars(select(SignIn.used_at)).all() == [None]


def test_what_the_scanner_left_still_works_for_its_reader(house: Installation) -> None:
    """The control: the same link signs its reader in by the button."""
    fill(house)
    house.work()
    (link,) = (each for each in links(house) if "/sign-in/" in each)
    house.clock.now += timedelta(minutes=5)
    reader = house.browser()
    page = reader.get(link)
    csrf = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[-1]
    answer = reader.post(link, data={"csrf_token": csrf}, headers={"Referer": link})
    assert (answer.status_code, answer.location) == (303, "/me/")
    with house.database.reading() as session:
        assert session.scalars(select(Person.name).where(Person.email == "maria.mentor@example.org")).one() in (
            reader.get(f"{LINKS.base_url}/me/").text
        )
