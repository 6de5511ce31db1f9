"""Telling one of a pair of the other: who, where, how to reach them, and what happens next."""

from dataclasses import replace
from datetime import datetime

import pytest

from scheduler.presenters.i18n import words
from scheduler.presenters.introductions import Introduced, difference, introduction
from scheduler.presenters.meetings import Reader
from scheduler.states import Role
from tests.builders import NOW, utc
from tests.web.reading import mail

MARIA = Reader("Maria Mentor", "maria@example.org", "en", "America/Los_Angeles")
EMIL = Reader("Emil Mentee", "emil@example.org", "sv", "Europe/Stockholm")
TO_MARIA = Introduced(
    reader=MARIA,
    partner=EMIL,
    role=Role.MENTEE,
    programme="The programme",
    contact="alumni@example.org",
    at=NOW,
    minutes=45,
    times="https://traff.example.org/times/1-1-abc",
    home="https://traff.example.org/me/",
)
TO_EMIL = replace(TO_MARIA, reader=EMIL, partner=MARIA, role=Role.MENTOR)


def test_the_mail_in_full() -> None:
    letter = introduction(TO_MARIA)
    assert letter.subject == "Your mentee: Emil Mentee"
    assert (
        letter.text
        == f"""\
Hello Maria Mentor,

Emil Mentee is your mentee in The programme.

Name: Emil Mentee
E-mail: emil@example.org
Time zone: Stockholm (GMT+1), 9 hours ahead of you at present

Emil Mentee has got the same mail about you, with your e-mail address, so that you can reach each other.

What happens next:
1. You both say when you can meet:
   https://traff.example.org/times/1-1-abc
2. One of you suggests times for a first meeting of 45 minutes, where hours that suit you both are shown:
   https://traff.example.org/me/
3. The other one agrees to one of them, and you both get an invitation for your calendars.

Nobody needs to count hours: each of you is shown every time on your own clock, and on the other's where it differs.
Questions? Answer this mail; it reaches alumni@example.org.

{"-- "}
The programme
"""
    )


def test_each_reads_of_the_other_in_their_own_language() -> None:
    letter = introduction(TO_EMIL)
    assert letter.subject == "Din mentor: Maria Mentor"
    assert "Maria Mentor är din mentor i The programme." in letter.text
    assert "Tidszon: Los Angeles (GMT-8), 9 timmar efter dig just nu" in letter.text
    assert "maria@example.org" in letter.text
    assert "Emil Mentee" in letter.text.splitlines()[0]


@pytest.mark.parametrize("pair", [TO_MARIA, TO_EMIL])
def test_the_html_says_what_the_text_says(pair: Introduced) -> None:
    letter = introduction(pair)
    html = mail(letter.html)
    links = {link.attributes["href"] for link in html.all("a")}
    assert links == {f"mailto:{pair.partner.email}", pair.times, pair.home}
    for line in letter.text.partition("-- ")[0].splitlines():
        said = line.strip()[3:] if line[:1].isdigit() else line.strip()
        if said and said not in links:
            assert said.replace(":", "") in html.text.replace(":", ""), said


def test_names_are_text() -> None:
    eve = Reader("<b>Eve</b> %(contact)s {{ 7 * 7 }}", "eve@example.org", "en", "Europe/Stockholm")
    letter = introduction(replace(TO_MARIA, partner=eve))
    assert mail(letter.html).all("b") == []
    assert "<b>Eve</b> %(contact)s {{ 7 * 7 }} is your mentee" in letter.text


@pytest.mark.parametrize(
    ("mine", "theirs", "at", "told"),
    [
        ("Europe/Stockholm", "Europe/Oslo", NOW, "the same time as where you are"),
        ("Europe/Stockholm", "Europe/London", NOW, "1 hour behind you at present"),
        ("Europe/Stockholm", "Asia/Kolkata", NOW, "4 hours 30 minutes ahead of you at present"),
        ("Australia/Adelaide", "Australia/Eucla", NOW, "1 hour 45 minutes behind you at present"),
        ("Australia/Sydney", "Australia/Lord_Howe", utc(2026, 7, 1), "30 minutes ahead of you at present"),
        # Europe's clocks have gone back, America's have not.
        ("Europe/Stockholm", "America/New_York", utc(2026, 10, 20), "6 hours behind you at present"),
        ("Europe/Stockholm", "America/New_York", utc(2026, 10, 28), "5 hours behind you at present"),
        ("Europe/Stockholm", "America/New_York", utc(2026, 11, 3), "6 hours behind you at present"),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago", NOW, "25 hours behind you at present"),
    ],
)
def test_the_difference_is_that_of_the_day(mine: str, theirs: str, at: datetime, told: str) -> None:
    assert difference(words("en"), mine, theirs, at) == told
