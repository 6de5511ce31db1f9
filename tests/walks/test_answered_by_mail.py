"""From the invite's mail to the answer, and to the mails that follow: as people's calendars see it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.app import make_mail_hook
from scheduler.models import Meeting, Receipt
from scheduler.programme.replies import refusals
from scheduler.states import Parked
from scheduler.web import create_web
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_programme, a_registration, an_event, some_hosts
from tests.integrations.ical import mails
from tests.walks.roads import DOMAIN, SECRET
from tests.walks.test_scanners import LINK
from tests.web.conftest import SETTINGS
from tests.world import calendar_of, entry_of, text_of

EMIL = "emil.mentee@example.org"
STARTS = NOW + timedelta(days=2, hours=8)


@pytest.fixture
def invited(house):
    """Maria and Emil have got their invites to a meeting on Wednesday evening; answers come back by the hook."""
    house.worker.world = replace(house.worker.world, reply_domain=DOMAIN)
    settings = replace(SETTINGS, reply_domain=DOMAIN, inbound_secret=SECRET)
    house.app = create_web(settings, house.database, LINKS, house.clock, takes_mail=make_mail_hook(settings))
    with house.database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)), starts_at=STARTS)
    house.work()
    house.clock.sleep(hours=1)
    return house


def answer(house, method, *, partstat="ACCEPTED", **properties):
    """Emil's calendar answers the invite that it has got, ten times."""
    invite = house.post.to("emil")[0]
    entry, address = entry_of(invite), invite["From"].addresses[0].addr_spec
    content = mails.answer(
        method, attendee=EMIL, partstat=partstat, uid=str(entry["UID"]), sequence=str(entry["SEQUENCE"]),
        organizer=str(entry["ORGANIZER"]), dtstamp=f"{house.clock.now:%Y%m%dT%H%M%SZ}", **properties,
    )  # fmt: skip
    mail = mails.mail(content, method=method, sender=EMIL, to=address)
    for _ in range(10):
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "message/rfc822"}
        told = house.app.test_client().post(f"{LINKS.base_url}/hooks/mail", data=mail, headers=headers)
        assert told.status_code == 204
    house.work()


def counter(house, days=1, hours=0):
    start = STARTS + timedelta(days=days, hours=hours)
    times = {"dtstart": f"{start:%Y%m%dT%H%M%SZ}", "dtend": f"{start + timedelta(minutes=45):%Y%m%dT%H%M%SZ}"}
    answer(house, "COUNTER", partstat="TENTATIVE", **times)
    return start


def press(house, mail, path, **fields):
    """Goes by the answer's link of the mail, and presses a button there."""
    (link,) = [link for link in LINK.findall(text_of(mail)) if "/a/" in link]
    client = house.app.test_client()
    page = client.get(link)
    assert page.status_code == 200
    assert client.post(link + path, data=fields).status_code == 303
    house.work()
    return page.text


def test_another_time_that_is_agreed_to_is_the_next_version_of_the_invite(invited):
    start = counter(invited)
    first, asked = invited.post.to("maria")
    assert str(asked["Subject"]) == "Emil Mentee asks to move your meeting"
    assert "Emil Mentee asks to move your meeting of Wednesday 4 November 2026, 18:00–18:45" in text_of(asked)
    assert "The meeting stays as it is until you agree." in text_of(asked)
    assert len(invited.post.to("emil")) == 1
    shown = press(invited, asked, "", slot="1")
    assert "You have a meeting on Wednesday 4 November 2026, 18:00–18:45" in shown
    for name, before in (("maria", first), ("emil", invited.post.to("emil")[0])):
        moved = invited.post.to(name)[-1]
        assert str(calendar_of(moved)["METHOD"]) == "REQUEST"
        assert str(entry_of(moved)["UID"]) == str(entry_of(before)["UID"])
        assert (entry_of(moved)["SEQUENCE"], entry_of(moved).start.astimezone(NOW.tzinfo)) == (1, start)
    assert (len(invited.post.to("maria")), len(invited.post.to("emil"))) == (3, 2)


def test_another_time_that_is_not_is_refused_to_the_calendar_and_in_words(invited):
    counter(invited)
    press(invited, invited.post.to("maria")[1], "/none", note="Sorry")
    refused_and_in_words(invited)
    assert len(invited.post.to("maria")) == 2


def test_another_time_that_cannot_be_is_refused_at_once(invited):
    counter(invited, hours=-9)
    refused_and_in_words(invited)
    assert len(invited.post.to("maria")) == 1


def refused_and_in_words(house):
    """What Emil gets: a DECLINECOUNTER of the version that he answered (RFC 5546, 3.2.8), and a mail with times."""
    invite, refusal, plain = house.post.to("emil")
    calendar, entry = calendar_of(refusal), entry_of(refusal)
    assert str(calendar["METHOD"]) == "DECLINECOUNTER"
    for name in ("UID", "ORGANIZER", "SEQUENCE"):
        assert str(entry[name]) == str(entry_of(invite)[name])
    assert refusal["From"].addresses[0].addr_spec == invite["From"].addresses[0].addr_spec
    assert "nothing came of the time" in str(entry["COMMENT"])
    assert [part for part in plain.walk() if part.get_content_type() == "text/calendar"] == []
    said = text_of(plain)
    assert said.count("\n* ") == 3
    assert f"{LINKS.base_url}/me/meetings/1/move" in said
    assert str(refusal["In-Reply-To"]) == str(plain["In-Reply-To"]) == str(invite["Message-ID"])


@pytest.mark.parametrize(("late", "mails_to_emil"), [(timedelta(minutes=-1), 3), (timedelta(), 1)])
def test_a_refusal_that_could_not_leave_before_the_start_stays_at_home(invited, late, mails_to_emil):
    with invited.database.writing() as session:
        meeting = session.get_one(Meeting, 1)
        refusals.owe_for(session, meeting, meeting.pair.mentee_id, slots=True, now=invited.clock.now)
    invited.clock.now = STARTS + late
    invited.worker.drain()
    assert len(invited.post.to("emil")) == mails_to_emil


def test_a_decline_cancels_and_asks_both_for_a_new_time(invited):
    answer(invited, "REPLY", partstat="DECLINED")
    _, cancelled, asked = invited.post.to("maria")
    assert str(calendar_of(cancelled)["METHOD"]) == "CANCEL"
    assert (entry_of(cancelled)["SEQUENCE"], str(entry_of(cancelled)["STATUS"])) == (1, "CANCELLED")
    assert "Emil Mentee cannot come and has declined the invitation, so your meeting is cancelled." in text_of(
        cancelled
    )
    assert text_of(asked).count("\n* ") == 3
    _, own, too = invited.post.to("emil")
    assert str(calendar_of(own)["METHOD"]) == "CANCEL"
    assert "Your meeting with Maria Mentor is cancelled." in text_of(own)
    assert text_of(too).count("\n* ") == 3


def test_a_calendar_that_asks_once_more_gets_the_same_version_in_a_new_mail(invited):
    answer(invited, "REFRESH")
    first, again = invited.post.to("emil")
    assert str(calendar_of(again)["METHOD"]) == "REQUEST"
    assert entry_of(again)["SEQUENCE"] == entry_of(first)["SEQUENCE"] == 0
    assert entry_of(again)["DTSTAMP"].dt > entry_of(first)["DTSTAMP"].dt
    assert again["Message-ID"] != first["Message-ID"]
    assert "Your calendar asked for your meeting with Maria Mentor once more." in text_of(again)
    assert len(invited.post.to("maria")) == 1


def test_another_time_for_an_event_is_refused_and_shown(house):
    house.worker.world = replace(house.worker.world, reply_domain=DOMAIN)
    settings = replace(SETTINGS, reply_domain=DOMAIN, inbound_secret=SECRET)
    house.app = create_web(settings, house.database, LINKS, house.clock, takes_mail=make_mail_hook(settings))
    with house.database.writing() as session:
        a_registration(session, an_event(session, a_programme(session)), "Emil Mentee")
    house.work()
    counter(house)
    invite, refusal = house.post.to("emil")
    assert str(calendar_of(refusal)["METHOD"]) == "DECLINECOUNTER"
    for name in ("UID", "ORGANIZER", "SEQUENCE"):
        assert str(entry_of(refusal)[name]) == str(entry_of(invite)[name])
    assert "one time for all" in str(entry_of(refusal)["COMMENT"])
    assert "/decline" in text_of(refusal)
    with house.database.reading() as session:
        assert [row.reason for row in session.query(Receipt)] == [Parked.FIXED]
