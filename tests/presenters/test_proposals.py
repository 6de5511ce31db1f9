"""The mails about proposals: in the reader's language and zone, with one link, and nothing in them but text."""

import re
from dataclasses import replace

import pytest

from scheduler.presenters.meetings import Reader
from scheduler.presenters.proposals import ProposalView, SlotView, news, request
from scheduler.states import ProposalState
from tests.presenters.test_letters import HOSTILE
from tests.web.reading import mail

LINK = "https://traff.example.org/a/1-1-abc"
AGAIN = "https://traff.example.org/me/pairs/1/propose"
SLOTS = (
    SlotView(1, "Tuesday 1 December 2026, 08:00–08:45, Los Angeles (GMT-8)",
             "Tuesday 1 December 2026, 17:00–17:45, Stockholm (GMT+1)"),
    SlotView(2, "Wednesday 2 December 2026, 08:00–08:45, Los Angeles (GMT-8)", ""),
)  # fmt: skip
TOLD = ProposalView(
    reader=Reader("Maria Mentor", "maria@example.org", "en", "America/Los_Angeles"),
    partner="Emil Mentee",
    proposer="Emil Mentee",
    programme="The mentorship programme",
    contact="alumni@example.org",
    minutes=45,
    mode="Walk",
    facts=(("Meeting point", "The boathouse"),),
    note="See you!\nEmil",
    slots=SLOTS,
    expires="Monday 30 November 2026, 10:00, Los Angeles",
)
PROPOSED = f"""\
Hello Maria Mentor,

Emil Mentee would like to meet you, and proposes:

* Tuesday 1 December 2026, 08:00–08:45, Los Angeles (GMT-8)
  For Emil Mentee: Tuesday 1 December 2026, 17:00–17:45, Stockholm (GMT+1)
* Wednesday 2 December 2026, 08:00–08:45, Los Angeles (GMT-8)

How: Walk
Meeting point: The boathouse

See you!
Emil

Answer here, without an account: one of these times, none of them, or another one.
{LINK}

No time is kept while the question is open. It is open until Monday 30 November 2026, 10:00, Los Angeles.
Questions? Answer this mail; it reaches alumni@example.org.

-- \n\
The mentorship programme
"""


def in_swedish(told: ProposalView) -> ProposalView:
    return replace(told, reader=replace(told.reader, locale="sv"))


def test_a_proposal_word_for_word():
    letter = request(TOLD, link=LINK)
    assert letter.subject == "Emil Mentee proposes times to meet"
    assert letter.text == PROPOSED


def test_a_coordinators_proposal_asks_and_an_agreed_slot_stands_alone():
    both = replace(TOLD, proposer="")
    assert request(both, link=LINK).subject == "When can you meet Emil Mentee?"
    assert "It is time for a meeting with Emil Mentee." in request(both, link=LINK).text
    again = request(replace(both, again=True), link=LINK)
    assert again.subject == "Other times to meet Emil Mentee"
    assert "None of the times for your meeting with Emil Mentee fitted you both. These are the next best" in again.text
    assert "These are the next best" in again.html
    letter = request(both, link=LINK, agreed=2)
    assert letter.subject == "Emil Mentee can meet at this time: can you?"
    assert [line for line in letter.text.splitlines() if line.startswith("* ")] == [f"* {SLOTS[1].when}"]
    assert "It is booked as soon as you agree, too." in letter.text


@pytest.mark.parametrize(
    ("became", "subject", "leads_on"),
    [
        (ProposalState.DECLINED, "None of the times suits: meeting with Emil Mentee", True),
        (ProposalState.EXPIRED, "No answer in time: meeting with Emil Mentee", True),
        (ProposalState.WITHDRAWN, "Withdrawn: times for a meeting with Emil Mentee", False),
    ],
)
def test_the_news_says_what_became_of_it_and_where_to_go_on(became, subject, leads_on):
    letter = news(TOLD, became, note="Exams!", again=AGAIN)
    assert letter.subject == subject
    assert "Exams!" in letter.text
    assert all(slot.when in letter.text for slot in SLOTS)
    assert (AGAIN in letter.text) == leads_on
    assert (AGAIN in [link.attributes["href"] for link in mail(letter.html).all("a")]) == leads_on


@pytest.mark.parametrize("told", [TOLD, in_swedish(TOLD)])
def test_text_and_html_say_the_same_and_hold_one_link(told):
    letter = request(told, link=LINK)
    page = mail(letter.html)
    assert [link.attributes["href"] for link in page.all("a")] == [LINK]
    assert re.findall(r"https?://\S+", letter.text) == [LINK]
    assert page.one("html").attributes["lang"] == told.reader.locale
    for words in (told.note.splitlines()[0], "The boathouse", *(slot.when for slot in SLOTS), told.expires):
        assert words in page.text
        assert words in letter.text


def test_in_swedish_nothing_of_it_is_english():
    letter = request(in_swedish(TOLD), link=LINK)
    assert letter.subject == "Emil Mentee föreslår tider att ses"
    assert "Emil Mentee vill gärna träffa dig och föreslår:" in letter.text
    for became in (ProposalState.DECLINED, ProposalState.EXPIRED, ProposalState.WITHDRAWN):
        text = news(in_swedish(TOLD), became, note="", again=AGAIN).text
        assert text.startswith("Hej Maria Mentor!")
        assert not re.search(r"\b(the|with|times|you)\b", text.replace(TOLD.programme, ""))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_people_wrote_is_text(hostile):
    told = replace(TOLD, partner=hostile, proposer=hostile, note=hostile, facts=(("Place", hostile),))
    for letter in (request(told, link=LINK), news(told, ProposalState.DECLINED, note=hostile, again=AGAIN)):
        page = mail(letter.html)
        assert len(page.all("a")) == 1
        assert page.all("script") == page.all("img") == []
        assert " ".join(hostile.split()) in page.text
        assert hostile in letter.text
