"""Answering a proposal from its mail: what the page says, what each button does, and what nothing else does."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from scheduler.models import Availability, Meeting, Pair, Proposal, ProposalAnswer
from scheduler.programme.pairs import openings, proposals
from scheduler.programme.pairs.modes import How, Phone, Walk
from scheduler.programme.waves import waves
from scheduler.states import MeetingState, ProposalState, Verdict
from tests.builders import LINKS, NOW, Days, a_meeting, a_pair, a_person, a_programme, a_proposal, utc
from tests.web.conftest import Stage, Visitor, staged
from tests.web.reading import Page
from tests.web.world import World, everything

WALK = Walk("The boathouse at Brunnsviken", "Café Proviant", "4 km, step-free")


@dataclass
class Asked:
    """A stage with one proposal on it, and the link of whoever is asked."""

    stage: Stage

    @property
    def visitor(self) -> Visitor:
        return self.stage.visitor()

    def link(self, who: str = "mentor") -> str:
        with self.stage.database.reading() as session:
            proposal = session.scalars(select(Proposal).order_by(Proposal.id.desc())).first()
            assert proposal is not None
            person_id = proposal.pair.mentor_id if who == "mentor" else proposal.pair.mentee_id
            answer = next(each for each in proposal.answers if each.person_id == person_id)
            return LINKS.answer(answer.id, answer.generation).removeprefix(LINKS.base_url)

    def read(self, who: str = "mentor") -> Page:
        return self.visitor.read(self.link(who))

    def slots(self) -> list[int]:
        return [slot.id for slot in self.proposal().slots]

    def proposal(self, number: int = 1) -> Proposal:
        with self.stage.database.reading() as session:
            row = session.get_one(Proposal, number)
            assert row.slots
            assert row.answers
            return row

    def meetings(self) -> list[Meeting]:
        with self.stage.database.reading() as session:
            return list(session.scalars(select(Meeting).where(Meeting.state == MeetingState.BOOKED)))


@pytest.fixture
def stage_of_two(database) -> Stage:
    """Maria in San Francisco, who mentors, and Emil in Stockholm."""
    with database.writing() as session:
        maria = a_person(
            session, "Maria Mentor", zone="America/Los_Angeles", weekly=[[day, "06:00", "12:00"] for day in range(5)]
        )
        a_pair(session, a_programme(session), maria, a_person(session, "Emil Mentee", locale="sv"))
    return staged(database, World())


def asked(stage: Stage, *, by: str = "mentee", how: How = WALK, note: str = "") -> Asked:
    with stage.database.writing() as session:
        pair = session.get_one(Pair, 1)
        made_by = {"mentee": pair.mentee, "mentor": pair.mentor, "nobody": None}[by]
        a_proposal(session, pair, made_by=made_by, how=how, note=note, now=stage.clock())
    return Asked(stage)


class TestThePage:
    def test_says_who_proposes_what_and_when_on_both_walls(self, stage_of_two):
        page = asked(stage_of_two, note="See you there!\n<b>Emil</b>").read()
        assert page.heading == "Emil Mentee proposes times to meet"
        assert page.facts == {
            "How": "Walk, 45 minutes",
            "Meeting point": "The boathouse at Brunnsviken",
            "If it rains": "Café Proviant",
            "Route": "4 km, step-free",
        }
        assert page.one("blockquote").text == "See you there! <b>Emil</b>"
        times = [card.one(class_="when").text for card in page.all("li", class_="card")]
        assert len(times) == 3
        assert times == [
            f"{day} November 2026, 08:00–08:45, Los Angeles (GMT-8)" for day in ("Monday 2", "Tuesday 3", "Wednesday 4")
        ]
        assert "For Emil Mentee: Tuesday 3 November 2026, 17:00–17:45, Stockholm (GMT+1)" in page.main.text

    def test_is_in_the_language_of_whoever_is_asked_whatever_the_browser_speaks(self, stage_of_two):
        found = asked(stage_of_two, by="mentor")
        page = found.visitor.read(found.link("mentee"))
        assert page.language == "sv"
        assert page.heading == "Maria Mentor föreslår tider att ses"

    def test_asks_both_where_a_coordinator_proposed(self, stage_of_two):
        found = asked(stage_of_two, by="nobody")
        assert found.read("mentor").heading == "When can you meet Emil Mentee?"
        assert found.read("mentee").heading == "När kan du träffa Maria Mentor?"

    def test_shows_a_slot_that_is_gone_without_a_button(self, stage_of_two):
        found = asked(stage_of_two)
        gone = found.proposal().slots[0]
        with stage_of_two.database.writing() as session:
            first = session.get_one(Pair, 1)
            other = a_pair(session, first.programme, first.mentor, a_person(session, "Eva Mentee"))
            a_meeting(session, other, starts_at=gone.starts_at, how=Phone("1"))
        page = found.read()
        assert [each.text for each in page.all("li", class_="card") if "Not free any more" in each.text]
        assert [button.attributes["value"] for button in page.all("button", name="slot")] == [
            str(slot_id) for slot_id in found.slots()[1:]
        ]
        assert "Eva" not in page.html

    def test_is_404_for_tokens_that_are_none_foreign_or_revoked(self, stage_of_two):
        found = asked(stage_of_two)
        link = found.link()
        door = "/a/" + LINKS.token("door", 1, 1)
        nobody = "/a/" + LINKS.token("answer", 4711, 1)
        pages = {found.visitor.get(address).text for address in ("/a/nothing", door, nobody)}
        assert len(pages) == 1
        for address in ("/a/nothing", door, nobody):
            for path in (address, f"{address}/other"):
                assert found.visitor.get(path).status_code == 404
                assert found.visitor.post(path, {"slot": "1"}).status_code == 404
            assert found.visitor.post(f"{address}/none").status_code == 404
        with stage_of_two.database.writing() as session:
            session.get_one(ProposalAnswer, 1).generation = 2
        assert found.visitor.get(link).status_code == 404
        assert found.visitor.post(link, {"slot": str(found.slots()[0])}).status_code == 404
        assert found.meetings() == []


class TestAnswering:
    def test_this_one_books_without_a_cookie_and_the_page_says_so(self, stage_of_two):
        found = asked(stage_of_two)
        answer = found.visitor.post(found.link(), {"slot": str(found.slots()[1])})
        assert (answer.status_code, answer.location) == (303, found.link())
        (meeting,) = found.meetings()
        assert meeting.starts_at == found.proposal().slots[1].starts_at
        page = found.read()
        assert "Your meeting with Emil Mentee is booked:" in page.main.text
        assert page.links["About the meeting"].startswith(LINKS.base_url + "/j/")
        assert found.visitor.get(page.links["About the meeting"]).status_code == 200
        assert "Set-Cookie" not in answer.headers

    def test_a_second_answer_comes_too_late_and_is_told_what_became_of_it(self, stage_of_two):
        found = asked(stage_of_two)
        found.visitor.post(found.link(), {"slot": str(found.slots()[1])})
        for path, fields in (("", {"slot": str(found.slots()[0])}), ("/none", {}), ("/other", {"start": "x"})):
            late = found.visitor.post(found.link() + path, fields)
            assert late.status_code == 409
            page = Page(late.text)
            assert page.one(role="alert").text == "Your answer came too late; nothing was changed by it."
            assert "Your meeting with Emil Mentee is booked:" in page.main.text
        assert len(found.meetings()) == 1

    def test_a_slot_that_was_taken_is_refused_with_what_is_left(self, stage_of_two):
        found = asked(stage_of_two)
        with stage_of_two.database.writing() as session:
            first = session.get_one(Pair, 1)
            other = a_pair(session, first.programme, first.mentor, a_person(session, "Eva Mentee"))
            a_meeting(session, other, starts_at=found.proposal().slots[0].starts_at, how=Phone("1"))
        refused = found.visitor.post(found.link(), {"slot": str(found.slots()[0])})
        assert refused.status_code == 409
        page = Page(refused.text)
        assert page.one(role="alert").text == "That time is not free any more; choose one of those that are."
        left = [button.attributes["value"] for button in page.all("button", name="slot")]
        assert left == [str(slot_id) for slot_id in found.slots()[1:]]
        assert found.visitor.post(found.link(), {"slot": left[0]}).status_code == 303
        assert len(found.meetings()) == 2

    @pytest.mark.parametrize("slot", ["", "x", "-1", "4711", "9" * 30])
    def test_what_is_no_slot_of_it_books_nothing(self, stage_of_two, slot):
        found = asked(stage_of_two)
        assert found.visitor.post(found.link(), {"slot": slot}).status_code == 409
        assert found.meetings() == []

    def test_none_fits_keeps_the_word_and_says_what_happens_next(self, stage_of_two):
        found = asked(stage_of_two)
        assert found.visitor.post(found.link() + "/none", {"note": "Exams!"}).status_code == 303
        row = found.proposal()
        assert (row.state, row.answers[0].verdict, row.answers[0].note) == ("declined", Verdict.NONE_FITS, "Exams!")
        assert "You said that none of the times fits." in found.read().main.text
        assert found.meetings() == []

    def test_none_fits_a_wave_and_the_next_times_are_there_at_once_until_none_is_left(self, stage_of_two):
        with stage_of_two.database.writing() as session:
            programme = session.get_one(Pair, 1).programme
            session.get_one(Pair, 1).mentee.availability.weekly = [[1, "17:00", "18:45"]]
            dates = Days(first=date(2026, 11, 10), last=date(2026, 11, 10))
            plan = waves.plan_wave(session, programme, **dates, minutes=45, now=NOW)
            waves.propose_wave(session, plan, **dates, now=NOW)
        one = Asked(stage_of_two)
        first = one.link()
        answer = one.visitor.send(one.read().form(f"{first}/none"))
        page = one.visitor.read(answer.location)
        told = "None of the times fitted you both. Other times are proposed, and wait for your answer."
        assert page.one(role="status").text == told
        (onward,) = [link for link in page.all("a") if link.text == "See the other times"]
        assert onward.attributes["href"] == LINKS.base_url + one.link()
        assert one.read().heading == "When can you meet Emil Mentee?"
        for _ in range(5):
            link = one.link()
            page = one.visitor.read(one.visitor.send(one.read().form(f"{link}/none")).location)
            if not [each for each in page.all("a") if each.text == "See the other times"]:
                break
        said = "no other time from 10 November 2026 to 10 November 2026 is left. Propose times yourselves."
        assert said in page.one(role="status").text
        assert said not in one.visitor.read(first).main.text, "then there were others"

    def test_a_word_that_is_too_long_comes_back_to_be_shortened(self, stage_of_two):
        found = asked(stage_of_two)
        long = "x" * 1001
        refused = found.visitor.post(found.link() + "/none", {"note": long})
        assert refused.status_code == 422
        page = Page(refused.text)
        assert page.one(role="alert").text == "Note: at most 1000 characters of plain text."
        assert page.one("textarea").text == long
        assert found.proposal().state is ProposalState.OPEN

    def test_of_both_the_first_waits_for_the_other_who_sees_that_slot_first(self, stage_of_two):
        found = asked(stage_of_two, by="nobody")
        wanted = found.slots()[2]
        assert found.visitor.post(found.link("mentor"), {"slot": str(wanted)}).status_code == 303
        assert found.meetings() == []
        assert "You agreed to" in found.read("mentor").main.text
        first = found.read("mentee").all("li", class_="card")[0]
        assert "Maria Mentor kan" in first.text
        assert first.one("button").attributes["value"] == str(wanted)
        found.visitor.post(found.link("mentee"), {"slot": str(wanted)})
        assert len(found.meetings()) == 1


class TestAnotherTime:
    def test_offers_what_suits_both_and_puts_it_to_the_other_side(self, stage_of_two):
        found = asked(stage_of_two)
        page = found.visitor.read(found.link() + "/other")
        boxes = page.all("input", type="checkbox")
        assert len(boxes) == 12
        times = [box.attributes["value"] for box in boxes]
        answer = found.visitor.post(found.link() + "/other", {"start": times[3:5], "note": "Later?"})
        assert answer.status_code == 303
        back = found.proposal(2)
        assert [f"{slot.starts_at:%Y-%m-%dT%H:%MZ}" for slot in back.slots] == times[3:5]
        assert (back.made_by_id, back.note, found.proposal(1).state) == (1, "Later?", ProposalState.DECLINED)
        assert [each.person_id for each in back.answers] == [2]

    def test_every_time_of_the_page_can_be_booked(self, stage_of_two):
        found = asked(stage_of_two)
        page = found.visitor.read(found.link() + "/other?more=1")
        times = [box.attributes["value"] for box in page.all("input", type="checkbox")]
        assert 12 < len(times) <= 60
        with stage_of_two.database.reading() as session:
            pair = session.get_one(Pair, 1)
            first, last = openings.days_ahead(pair.programme, now=NOW)
            every = openings.openings(session, pair, minutes=45, first=first, last=last, how=WALK, now=NOW)
        asked_for = {slot.starts_at for slot in found.proposal().slots}
        others = [each.starts_at for each in every if each.starts_at not in asked_for]
        assert len(others) < len(every), "the times that are proposed are no other ones"
        assert times == [f"{start:%Y-%m-%dT%H:%MZ}" for start in others[:60]]

    @pytest.mark.parametrize(
        ("starts", "status"),
        [
            ([], 422),
            (["x"], 422),
            (["2026-11-03T17:00Z"] * 2, 422),
            (["2026-11-03T03:00Z"], 409),
            (["2026-11-03T17:07Z"], 409),
        ],
    )
    def test_what_was_not_offered_is_refused_with_what_is_and_what_was_written(self, stage_of_two, starts, status):
        found = asked(stage_of_two)
        refused = found.visitor.post(found.link() + "/other", {"start": starts, "note": "My words"})
        assert refused.status_code == status
        page = Page(refused.text)
        assert page.one(role="alert").text
        assert page.one("textarea").text == "My words"
        assert page.all("input", type="checkbox")
        assert found.proposal().state is ProposalState.OPEN

    def test_hard_hours_are_marked_for_whom(self, stage_of_two):
        with stage_of_two.database.writing() as session:  # 06:00-07:30 in Los Angeles, 15:00-16:30 in Stockholm
            session.get_one(Availability, 1).weekly = [[0, "06:00", "07:30"], [1, "11:00", "12:00"]]
            session.get_one(Availability, 2).weekly = [[0, "15:00", "16:30"], [1, "20:00", "21:00"]]
        found = asked(stage_of_two)
        page = found.visitor.read(found.link() + "/other?more=1")
        cards = [card.text for card in page.one("ul", class_="times").all("li")]
        assert {text.partition(",")[0].split()[0]: text for text in cards}.keys() == {"Monday", "Tuesday"}
        for text in cards:
            assert ("early for Maria Mentor" in text) == text.startswith("Monday"), text
            assert ("late for Emil Mentee" in text) == text.startswith("Tuesday"), text


class TestLooking:
    def test_a_mail_scanner_that_follows_every_link_answers_nothing(self, stage_of_two):
        found = asked(stage_of_two, by="nobody")
        before = everything(stage_of_two.database)
        for who in ("mentor", "mentee"):
            page = found.read(who)
            for address in [found.link(who), *(each for each in page.links.values() if "/a/" in each)]:
                for method in ("GET", "HEAD"):
                    assert found.visitor.get(address, method=method).status_code == 200
        assert everything(stage_of_two.database) == before

    @pytest.mark.parametrize(
        ("became", "says"),
        [
            ("expired", "Nobody agreed in time to one of the times"),
            ("withdrawn", "These times were withdrawn"),
            ("forgotten", "Nobody agreed in time to one of the times"),
            ("booked otherwise", "Your meeting with Emil Mentee is booked:"),
        ],
    )
    def test_what_is_closed_says_what_became_of_it_and_takes_no_answer(self, stage_of_two, became, says):
        found = asked(stage_of_two)
        with stage_of_two.database.writing() as session:
            row = session.get_one(Proposal, 1)
            if became == "expired":
                proposals.expire_due(session, now=NOW + timedelta(days=8))
            elif became == "withdrawn":
                proposals.withdraw(session, row, by="", now=NOW)
            elif became == "booked otherwise":
                a_meeting(session, row.pair, starts_at=utc(2026, 11, 20, 17), how=Phone("1"))
        if became == "forgotten":  # by a clock that has not ticked yet
            stage_of_two.clock.now = NOW + timedelta(days=8)
        for path in ("", "/other"):
            page = found.visitor.read(found.link() + path)
            assert says in page.main.text
            assert page.main.all("form") == []
        answer = found.visitor.post(found.link(), {"slot": str(found.slots()[0])})
        assert answer.status_code == 409
        assert says in Page(answer.text).main.text
