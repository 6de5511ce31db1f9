"""The mails around invites: each change, both languages, as text and as HTML."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.presenters import letters
from scheduler.presenters.meetings import MeetingView
from scheduler.states import Change, Mode
from tests.presenters.telling import AGAIN, ANSWER, CHANGE, DOOR, EVENING, FEED, MARIA, speaking, told
from tests.web.reading import Element, mail

SIGNATURE = "-- "  # with its space
BOOKED = f"""\
Hello Maria Mentor,

Emil Mentee and you have a meeting.

When: Tuesday 1 December 2026, 12:00–12:45, New York (GMT-5)
For Emil Mentee: Tuesday 1 December 2026, 18:00–18:45, Stockholm (GMT+1)
How: Video

Join here; the address stays the same if the meeting moves:
{DOOR}

Answer the invitation in this mail with Yes to have it in your calendar.
Or say here that you come:
{ANSWER}/accept
Or that you cannot come:
{ANSWER}/decline
Does the time not suit? Move the meeting, or cancel it, here:
{CHANGE}
Questions? Answer this mail; it reaches alumni@example.org.

All your meetings, as a calendar to subscribe to instead of answering invitations:
{FEED}

{SIGNATURE}
The mentorship programme
"""
CANCELLED = f"""\
Hej Maria Mentor!

Ditt möte med Emil Mentee är inställt.

När: tisdag 1 december 2026, 18:00–18:45, Stockholm (GMT+1)

Vill ni ses en annan gång? Föreslå tider här:
{AGAIN}
Det försvinner ur din kalender när du öppnar inbjudan i det här mejlet.
Frågor? Svara på det här mejlet, så når du alumni@example.org.

{SIGNATURE}
The mentorship programme
"""
HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><a href="https://evil.example">here</a>',
    "{{ 7 * 7 }}{% raw %}", "%(contact)s %s 100 %", "</title></head><body onload=alert(1)>", "&lt;b&gt;",
    "O'Brien & Söner",
)  # fmt: skip


def letter(meeting: MeetingView, change: Change = Change.BOOKED, *, hours_before: int = 0) -> letters.Letter:
    was = EVENING - timedelta(hours=hours_before) if hours_before else None
    return letters.invite(meeting, change, was=was, was_minutes=45)


def rows(html: str) -> list[tuple[str, str]]:
    return [(row.one("th").text, row.one("td").text) for row in mail(html).all("tr")]


class TestText:
    def test_of_a_booking_in_full(self) -> None:
        assert letter(told(speaking("en", "America/New_York"))).text == BOOKED

    def test_of_a_cancellation_in_full(self) -> None:
        assert letter(told(speaking("sv"), cancelled=True), Change.CANCELLED).text == CANCELLED

    @pytest.mark.parametrize(
        ("locale", "change", "sentence"),
        [
            ("en", Change.BOOKED, "Emil Mentee and you have a meeting."),
            ("en", Change.MOVED, "Your meeting with Emil Mentee has a new time."),
            ("en", Change.CHANGED, "The way you meet with Emil Mentee has changed."),
            ("en", Change.CANCELLED, "Your meeting with Emil Mentee is cancelled."),
            ("sv", Change.BOOKED, "Emil Mentee och du ska träffas."),
            ("sv", Change.MOVED, "Ditt möte med Emil Mentee har fått en ny tid."),
            ("sv", Change.CHANGED, "Sättet du träffar Emil Mentee på har ändrats."),
            ("sv", Change.CANCELLED, "Ditt möte med Emil Mentee är inställt."),
        ],
    )
    def test_says_what_happened_in_both_parts(self, locale: str, change: Change, sentence: str) -> None:
        found = letter(told(speaking(locale)), change)
        assert sentence in found.text.splitlines()
        assert sentence in mail(found.html).text

    def test_ends_with_the_signature_that_mail_programs_know(self) -> None:
        for change in Change:
            assert letter(told(), change).text.endswith("\n\n-- \nThe mentorship programme\n")

    def test_has_no_holes(self) -> None:
        for change in Change:
            for mode in Mode:
                text = letter(told(mode=mode, place="P", meeting_point="M", phone="1"), change, hours_before=1).text
                assert "\n\n\n" not in text
                assert not [line for line in text.splitlines() if line != line.rstrip() and line != "-- "]

    def test_the_door_stands_on_a_line_of_its_own(self) -> None:
        assert DOOR in letter(told()).text.splitlines()


class TestSubject:
    @pytest.mark.parametrize(
        ("locale", "change", "subject"),
        [
            ("en", Change.BOOKED, "Mentor meeting with Emil Mentee, Tue 1 Dec at 18:00, Stockholm"),
            ("en", Change.MOVED, "New time: Mentor meeting with Emil Mentee, Tue 1 Dec at 18:00, Stockholm"),
            ("en", Change.CHANGED, "Changed: Mentor meeting with Emil Mentee, Tue 1 Dec at 18:00, Stockholm"),
            ("en", Change.CANCELLED, "Cancelled: Mentor meeting with Emil Mentee, Tue 1 Dec at 18:00, Stockholm"),
            ("sv", Change.BOOKED, "Mentormöte med Emil Mentee, tis 1 dec. kl. 18:00, Stockholm"),
            ("sv", Change.MOVED, "Ny tid: Mentormöte med Emil Mentee, tis 1 dec. kl. 18:00, Stockholm"),
            ("sv", Change.CHANGED, "Ändrat: Mentormöte med Emil Mentee, tis 1 dec. kl. 18:00, Stockholm"),
            ("sv", Change.CANCELLED, "Inställt: Mentormöte med Emil Mentee, tis 1 dec. kl. 18:00, Stockholm"),
        ],
    )
    def test_says_what_when_and_where_the_clock_hangs(self, locale: str, change: Change, subject: str) -> None:
        assert letter(told(speaking(locale)), change).subject == subject

    def test_in_the_readers_zone(self) -> None:
        subject = letter(told(speaking("en", "Pacific/Auckland"))).subject
        assert subject == "Mentor meeting with Emil Mentee, Wed 2 Dec at 06:00, Auckland"

    def test_is_one_line_whatever_the_name(self) -> None:
        for name in HOSTILE:
            assert letter(told(partner=name)).subject.isprintable()


class TestTimes:
    @pytest.mark.parametrize("locale", ["en", "sv"])
    def test_both_parts_tell_the_same(self, locale: str) -> None:
        walk: dict[str, Any] = {"meeting_point": "The bridge", "rain_plan": "Café", "route": "4 km", "phone": "070"}
        meeting = told(speaking(locale, "Europe/London"), partner_in="Asia/Kolkata", mode=Mode.WALK, **walk)
        for change in Change:
            found = letter(meeting, change, hours_before=2 if change is Change.MOVED else 0)
            told_in_text = [tuple(line.split(": ", 1)) for line in found.text.splitlines() if ": " in line]
            assert rows(found.html) == told_in_text

    def test_the_partners_where_another_and_the_place_where_people_meet(self) -> None:
        meeting = told(speaking("en", "Europe/London"), partner_in="Asia/Kolkata", mode=Mode.ON_SITE, place="Albano 3")
        assert rows(letter(meeting).html) == [
            ("When", "Tuesday 1 December 2026, 17:00–17:45, London (GMT)"),
            ("For Emil Mentee", "Tuesday 1 December 2026, 22:30–23:15, Kolkata (GMT+5:30)"),
            ("At the place", "Tuesday 1 December 2026, 18:00–18:45, Stockholm (GMT+1)"),
            ("How", "On site"),
            ("Place", "Albano 3"),
        ]

    def test_where_both_walls_agree_there_is_one_time(self) -> None:
        assert [what for what, _ in rows(letter(told(partner_in="Europe/Berlin")).html)] == ["When", "How"]

    def test_a_move_says_when_it_was_and_for_how_long(self) -> None:
        found = letter(told(minutes=90), Change.MOVED, hours_before=3)
        assert "When: Tuesday 1 December 2026, 18:00–19:30, Stockholm (GMT+1)" in found.text
        assert "It was: Tuesday 1 December 2026, 15:00–15:45, Stockholm (GMT+1)" in found.text

    def test_of_a_feed_that_is_closed_no_mail_speaks(self) -> None:
        closed = letter(replace(told(), feed=""))
        assert "/feeds/" in letter(told()).text
        assert "subscribe" not in closed.text + (closed.html or "")

    def test_the_first_mail_alone_gives_the_readers_feed(self) -> None:
        for change in Change:
            found = letter(told(cancelled=change is Change.CANCELLED), change)
            assert (FEED in found.text) == (FEED in found.html) == (change is Change.BOOKED)

    def test_a_cancellation_tells_nobody_where_to_go(self) -> None:
        found = letter(told(mode=Mode.ON_SITE, place="Albano 3", cancelled=True), Change.CANCELLED)
        assert "Albano" not in found.text + found.html
        assert DOOR not in found.text + found.html

    @pytest.mark.parametrize(("mode", "button"), [(Mode.VIDEO, "Join the meeting"), (Mode.WALK, "About the meeting")])
    def test_the_button_leads_to_the_door(self, mode: Mode, button: str) -> None:
        link, yes, no, _change, _feed = mail(letter(told(mode=mode, meeting_point="The bridge")).html).all("a")
        assert (link.text, link.attributes["href"]) == (button, DOOR)
        assert [each.attributes["href"] for each in (yes, no)] == [f"{ANSWER}/accept", f"{ANSWER}/decline"]


class TestHtml:
    @pytest.mark.parametrize("locale", ["en", "sv"])
    @pytest.mark.parametrize("change", list(Change))
    def test_is_a_page_that_says_its_language_and_fetches_nothing(self, locale: str, change: Change) -> None:
        page = mail(letter(told(speaking(locale)), change).html)
        assert page.one("html").attributes["lang"] == locale
        assert page.one("title").content
        assert {each.tag for each in page.all()} <= {
            "html", "head", "meta", "title", "body", "div", "p", "table", "tr", "th", "td", "a",
        }  # fmt: skip

    @pytest.mark.parametrize("name", HOSTILE)
    @pytest.mark.parametrize("change", list(Change))
    def test_names_and_places_are_text(self, name: str, change: Change) -> None:
        reader = replace(MARIA, name=name, timezone="Europe/London")
        meeting = told(reader, partner=name, mode=Mode.WALK, meeting_point=name, rain_plan=name, route=name, phone=name)
        found = letter(replace(meeting, programme=name, contact=name), change)
        plain = letter(told(replace(reader, name="Plain"), partner="Plain", mode=Mode.WALK, meeting_point="Plain",
                            rain_plan="Plain", route="Plain", phone="Plain"), change)  # fmt: skip
        assert shape(mail(found.html)) == shape(mail(plain.html))
        assert " ".join(name.split()) in mail(found.html).text
        assert name in found.text


def shape(element: Element) -> list[tuple[str, tuple[str, ...]]]:
    """The tags and the names of their attributes, without what people wrote."""
    return [(each.tag, tuple(each.attributes)) for each in element.all()]
