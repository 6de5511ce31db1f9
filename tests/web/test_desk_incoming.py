"""The desk's page of answers: what changed nothing, why, and what helps; each department its own."""

from datetime import timedelta

import pytest

from scheduler.models import Delivery, Event, Meeting, Person, Receipt
from scheduler.presenters.i18n import words
from scheduler.presenters.incoming import cure, said
from scheduler.programme import desk
from scheduler.programme.replies import inbound
from scheduler.programme.replies.arrived import Arrived, Returned
from scheduler.states import DeliveryState, Invited, Parked
from tests.builders import NOW, a_place
from tests.programme.answering import an_answer
from tests.web.conftest import Stage
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS

AT = "/c/mentor/answers"


@pytest.fixture
def answered(stages: Stage) -> Stage:
    """A forged decline and a good acceptance of the physicists' meeting; a stranger's of one at an event."""
    with stages.database.writing() as session:
        meeting = session.get_one(Meeting, stages.world.meetings["video"])
        mentee = meeting.pair.mentee.email
        comment = "<b>Away</b>\nall week"
        forged = an_answer(meeting, mentee, "DECLINED", forged=True, comment=comment, stamp=NOW)
        good = an_answer(meeting, mentee, "ACCEPTED", comment="Gladly", stamp=NOW)
        event = session.query(Event).filter_by(slug="workshop").one()
        place = a_place(session, event, session.query(Person).filter_by(name="Bodil Engelsk").one())
        asks = an_answer(place, place.person.email, method="COUNTER", starts_at=NOW + timedelta(days=9))
        strange = Arrived(key="mail/x", addressed=((Invited.MEETING, 4711),), sender="s@example.net")
        inbound.take_all(session, [forged, good, asks, strange], now=NOW)
    return stages


def test_says_what_changed_nothing_why_and_what_helps(answered: Stage) -> None:
    page = answered.visitor(email=ALL).read(AT)
    assert page.rows == [
        {
            "When": "Mon 2 Nov 10:00", "From": "Bodil Engelsk", "About": "Evening workshop",
            "What it says": "Proposes another time",
            "What came of it": "It proposes another time for an event. "
            "An event has one time for all: tell them, or move it for everybody.",
        },
        {
            "When": "Mon 2 Nov 10:00", "From": "Alva Fysik", "About": "Alva Fysik – Anders Fysik",
            "What it says": "Declined <b>Away</b> all week",
            "What came of it": "The mail server found that its sender is not who it says. "
            "Ask the person whether it was them; if so, their mail server needs mending.",
        },
    ]  # fmt: skip
    assert page.links["Alva Fysik – Anders Fysik"] == f"/c/mentor/meetings/{answered.world.meetings['video']}"


def test_all_of_them_with_those_that_count(answered: Stage) -> None:
    page = answered.visitor(email=ALL).read(f"{AT}?all=1")
    assert [row["What it says"] for row in page.rows] == [
        "Proposes another time", "Accepted Gladly", "Declined <b>Away</b> all week",
    ]  # fmt: skip
    assert page.rows[1]["What came of it"] == "It counts"
    assert [pill.text for pill in page.one("ul", class_="nav-pills").all("a")] == ["Changed nothing 2", "All 3"]


def test_each_department_sees_its_own_and_nobody_what_is_about_nothing(answered: Stage) -> None:
    def about(email: str) -> set[str]:
        return {row["About"] for row in answered.visitor(email=email).read(f"{AT}?all=1").rows}

    assert about(PHYSICS) == {"Alva Fysik – Anders Fysik"}
    assert about(ENGLISH) == {"Evening workshop"}
    assert "Nothing here." in answered.visitor(email=OTHER).read("/c/other/answers?all=1").main.text


def test_the_start_counts_what_somebody_should_see(answered: Stage) -> None:
    assert "2 answers of the last week that changed nothing" in answered.visitor(email=ALL).read("/c/mentor/").main.text
    assert (
        "1 answer of the last week that changed nothing" in answered.visitor(email=PHYSICS).read("/c/mentor/").main.text
    )
    answered.clock.now += timedelta(days=8)
    assert "changed nothing" not in answered.visitor(email=ALL).read("/c/mentor/").main.text


def test_a_mail_that_came_back_is_told_with_whom_it_did_not_reach(stages: Stage) -> None:
    with stages.database.writing() as session:
        meeting = session.get_one(Meeting, stages.world.meetings["video"])
        mentee = meeting.pair.mentee
        row = session.query(Delivery).filter_by(meeting_id=meeting.id, person_id=mentee.id, kind="SendInvite").one()
        row.state, row.message_id = DeliveryState.DONE, "<sealed@example.org>"
        came_back = Returned("<sealed@example.org>", mentee.email, "5.7.1")
        inbound.take(session, Arrived(key="mail/y", addressed=(), sender="", returned=came_back), now=NOW)
    visitor = stages.visitor(email=ALL)
    (told,) = visitor.read(f"{AT}?all=1").rows
    assert (told["From"], told["About"]) == ("Alva Fysik", "Alva Fysik – Anders Fysik")
    assert (told["What it says"], told["What came of it"]) == ("A mail to them came back", "It counts")
    failed = visitor.get("/c/mentor/deliveries?state=failed").text
    assert "sent back: not delivered (5.7.1)" in failed
    assert "Their mail server refuses our mails" in failed


def test_there_are_pages(answered: Stage) -> None:
    with answered.database.writing() as session:
        meeting = session.get_one(Meeting, answered.world.meetings["video"])
        for number in range(desk.RECEIPTS):
            session.add(
                Receipt(
                    key=f"mail/{number}", received_at=NOW, reason=Parked.OVER, programme_id=meeting.pair.programme_id,
                    meeting_id=meeting.id, pair_id=meeting.pair_id, sender="s@example.net",
                )
            )  # fmt: skip
    visitor = answered.visitor(email=ALL)
    first = visitor.read(AT)
    assert len(first.rows) == desk.RECEIPTS
    assert len(visitor.read(first.links["Older"]).rows) == 2
    for query, rows in (("page=0", desk.RECEIPTS), ("page=3", 2), ("page=99999999999999999999", 2)):
        assert len(visitor.read(f"{AT}?{query}").rows) == rows, "the nearest page that there is"


@pytest.mark.parametrize("locale", ["en", "sv"])
@pytest.mark.parametrize("reason", list(Parked))
def test_every_reason_has_words_and_what_needs_somebody_a_cure(locale: str, reason: Parked) -> None:
    receipt = Receipt(reason=reason, method="REPLY", partstat="X-UNKNOWN")
    helps = cure(receipt, words(locale))
    assert said(receipt, words(locale)) == ""
    assert helps or reason not in desk.incoming.TO_SEE
    assert locale == "en" or helps != cure(receipt, words("en")) or not helps
