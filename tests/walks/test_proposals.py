"""From a proposal to a meeting, by real mail and real pages; and every way in which nothing comes of it."""

import re
from datetime import UTC, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from werkzeug.test import TestResponse

from scheduler.jobs import periodic
from scheduler.models import Meeting, Pair, Person, Proposal
from scheduler.programme.pairs import answers, meetings, openings, proposals
from scheduler.programme.pairs.modes import Phone, Walk
from scheduler.states import MeetingState, ProposalState
from tests.builders import LINKS, a_pair, a_person, a_programme, a_proposal, some_hosts, utc
from tests.world import Installation, calendar_of, entry_of, text_of

ANSWER = re.compile(re.escape(LINKS.base_url) + r"(/a/[0-9a-z-]+)")


@pytest.fixture
def pair(house: Installation) -> Installation:
    """Maria in San Francisco, who mentors, and Emil in Stockholm, between the two changes of the clocks."""
    house.clock.now = utc(2026, 10, 26, 9)  # Europe changed on the 25th, America does on 1 November
    with house.database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session, starts_on=utc(2026, 10, 19).date())
        mornings = [[day, "07:00", "11:00"] for day in range(7)]
        maria = a_person(session, "Maria Mentor", zone="America/Los_Angeles", weekly=mornings)
        emil = a_person(session, "Emil Mentee", weekly=[[day, "14:00", "21:00"] for day in range(7)])
        a_pair(session, programme, maria, emil)
    return house


def propose(house: Installation, who: int | None = 2, **values: Any) -> None:
    with house.database.writing() as session:
        made_by = session.get_one(Person, who) if who else None
        a_proposal(session, session.get_one(Pair, 1), made_by=made_by, now=house.clock.now, **values)
    house.work()


def the(house: Installation, number: int = 1) -> Proposal:
    with house.database.reading() as session:
        row = session.get_one(Proposal, number)
        assert row.slots
        return row


def link(mail: EmailMessage) -> str:
    (found,) = set(ANSWER.findall(text_of(mail)))
    return found


def post(house: Installation, path: str, **fields: str | list[str]) -> TestResponse:
    return house.browser().post(LINKS.base_url + path, data=fields)


def booked(house: Installation) -> list[Meeting]:
    with house.database.reading() as session:
        return session.query(Meeting).filter_by(state=MeetingState.BOOKED).all()


def test_a_mentor_abroad_answers_from_the_mail_and_both_have_it_in_their_calendars(pair):
    propose(pair, note="First time!\nLooking forward.")
    (mail,) = pair.post.mails()
    assert (mail["To"], mail["Subject"]) == ("maria.mentor@example.org", "Emil Mentee proposes times to meet")
    text = text_of(mail).replace("\r\n", "\n")
    assert "First time!\nLooking forward." in text
    assert "How: Video" in text
    slot = the(pair).slots[0]
    assert post(pair, link(mail), slot=str(slot.id)).status_code == 303
    pair.work()
    invites = pair.post.mails()[1:]
    assert sorted(str(each["To"]) for each in invites) == ["emil.mentee@example.org", "maria.mentor@example.org"]
    assert {entry_of(each).start.astimezone(UTC) for each in invites} == {slot.starts_at}
    assert {str(calendar_of(each)["METHOD"]) for each in invites} == {"REQUEST"}
    assert len(pair.zoom.meetings()) == 1


def test_in_the_week_when_only_europe_has_changed_its_clocks_both_walls_are_right(pair):
    propose(pair, slots=5)
    text = text_of(pair.post.mails()[0])
    # Eight hours apart until 1 November, nine from then on.
    assert "* Tuesday 27 October 2026, 08:00–08:45, Los Angeles (GMT-7)" in text
    assert "  For Emil Mentee: Tuesday 27 October 2026, 16:00–16:45, Stockholm (GMT+1)" in text
    with pair.database.writing() as session:
        first, last = utc(2026, 11, 2).date(), utc(2026, 11, 2).date()
        found = openings.openings(
            session, session.get_one(Pair, 1), minutes=45, first=first, last=last, how=Phone("1"), now=pair.clock.now
        )
        proposals.propose(
            session, session.get_one(Pair, 1), starts=[found[0].starts_at], minutes=45, how=Phone("1"), first=first,
            last=last, made_by=session.get_one(Person, 2), by="", now=pair.clock.now,
        )  # fmt: skip
    pair.work()
    text = text_of(pair.post.mails()[1])
    assert "* Monday 2 November 2026, 08:00–08:45, Los Angeles (GMT-8)" in text
    assert "  For Emil Mentee: Monday 2 November 2026, 17:00–17:45, Stockholm (GMT+1)" in text


def test_a_walk_proposed_and_agreed_has_no_zoom_meeting_and_says_where_to_be(pair):
    propose(pair, how=Walk("Brunnsviken", "Café Proviant", "4 km", "+46 70 123"))
    (mail,) = pair.post.mails()
    assert "Meeting point: Brunnsviken" in text_of(mail)
    post(pair, link(mail), slot=str(the(pair).slots[0].id))
    pair.work()
    assert pair.zoom.meetings() == []
    assert {str(entry_of(each)["LOCATION"]) for each in pair.post.mails()[1:]} == {"Brunnsviken"}


def test_none_fits_is_told_to_the_proposer_with_the_word_and_the_way_on(pair):
    propose(pair)
    post(pair, link(pair.post.mails()[0]) + "/none", note="Exams until the 20th.")
    pair.work()
    (news,) = pair.post.to("emil")
    assert news["Subject"] == "None of the times suits: meeting with Maria Mentor"
    assert "Exams until the 20th." in text_of(news)
    assert f"{LINKS.base_url}/me/pairs/1/propose" in text_of(news)
    assert booked(pair) == []


def test_another_time_goes_back_as_a_proposal_and_is_answered_in_its_turn(pair):
    propose(pair)
    path = link(pair.post.mails()[0])
    times = re.findall(r'name="start" value="([^"]+)"', pair.browser().get(LINKS.base_url + path + "/other").text)
    assert post(pair, path + "/other", start=times[-2:]).status_code == 303
    pair.work()
    (back,) = pair.post.to("emil")
    assert back["Subject"] == "Maria Mentor proposes times to meet"
    assert post(pair, link(back), slot=str(the(pair, 2).slots[1].id)).status_code == 303
    (meeting,) = booked(pair)
    assert f"{meeting.starts_at:%Y-%m-%dT%H:%MZ}" == times[-1]


def test_of_both_the_first_yes_asks_the_other_for_that_time_and_the_second_books_it(pair):
    propose(pair, None)
    assert [str(mail["Subject"]) for mail in pair.post.mails()] == [
        "When can you meet Emil Mentee?",
        "When can you meet Maria Mentor?",
    ]
    slot = the(pair).slots[1]
    post(pair, link(pair.post.to("maria")[0]), slot=str(slot.id))
    pair.work()
    first, again = pair.post.to("emil")
    assert again["Subject"] == "Maria Mentor can meet at this time: can you?"
    assert again["In-Reply-To"] == first["Message-ID"] != again["Message-ID"]
    assert text_of(again).count("\n* ") == 1
    post(pair, link(again), slot=str(slot.id))
    (meeting,) = booked(pair)
    assert meeting.starts_at == slot.starts_at


def test_what_nobody_answers_expires_once_and_is_told_by_mail(pair):
    propose(pair)
    pair.clock.now = the(pair).expires_at
    for _ in range(3):
        periodic.tick(pair.database, now=pair.clock.now)
        pair.work()
    news = [mail for mail in pair.post.to("emil") if str(mail["Subject"]).startswith("No answer in time")]
    assert len(news) == 1
    assert the(pair).state is ProposalState.EXPIRED


def test_a_withdrawal_is_told_and_the_link_of_the_mail_says_so(pair):
    propose(pair)
    with pair.database.writing() as session:
        proposals.withdraw(session, session.get_one(Proposal, 1), by="emil.mentee@example.org", now=pair.clock.now)
    pair.work()
    mail, news = pair.post.to("maria")
    assert news["Subject"] == "Withdrawn: times for a meeting with Emil Mentee"
    assert news["In-Reply-To"] == mail["Message-ID"]
    assert "These times were withdrawn" in pair.browser().get(LINKS.base_url + link(mail)).text


def test_a_proposal_that_is_closed_before_its_mail_went_out_is_not_sent(pair):
    with pair.database.writing() as session:
        first = session.get_one(Pair, 1)
        a_proposal(session, first, made_by=first.mentee, now=pair.clock.now)
        start = utc(2026, 11, 5, 16)
        meetings.book(session, first, starts_at=start, minutes=45, how=Phone("1"), now=pair.clock.now)
    pair.work()
    subjects = [str(mail["Subject"]) for mail in pair.post.mails()]
    assert len(subjects) == 2
    assert all("Mentor meeting with" in subject for subject in subjects)


def test_a_move_by_either_is_a_higher_sequence_for_both(pair):
    propose(pair)
    with pair.database.writing() as session:
        row = session.get_one(Proposal, 1)
        answers.accept(session, row.answers[0], row.slots[0].id, now=pair.clock.now)
    pair.work()
    with pair.database.writing() as session:
        meeting = session.query(Meeting).one()
        first, last = openings.days_ahead(meeting.pair.programme, now=pair.clock.now)
        ask = {"first": first, "last": last, "now": pair.clock.now}
        found = openings.openings(session, meeting.pair, minutes=45, how=Phone("1"), but=meeting, **ask)
        to = next(each.starts_at for each in found if each.starts_at != meeting.starts_at)
        openings.move(session, meeting, starts_at=to, by="maria.mentor@example.org", **ask)
    pair.work()
    for name in ("maria", "emil"):
        before, after = [entry_of(mail) for mail in pair.post.to(name) if "proposes" not in str(mail["Subject"])]
        assert (int(before["SEQUENCE"]), int(after["SEQUENCE"])) == (0, 1)
        assert after["UID"] == before["UID"]
        assert after.start.astimezone(UTC) == to


def test_a_second_proposal_of_the_week_is_a_mail_of_its_own(pair):
    propose(pair)
    pair.clock.sleep(hours=1)
    propose(pair, how=Phone("08-16 20 00"))
    first, second = pair.post.to("maria")
    assert first["Message-ID"] != second["Message-ID"]
    assert second["In-Reply-To"] is None
    assert post(pair, link(first), slot=str(the(pair).slots[0].id)).status_code == 409
    assert post(pair, link(second), slot=str(the(pair, 2).slots[0].id)).status_code == 303
    assert booked(pair)[0].starts_at - pair.clock.now > timedelta(hours=4)
