"""Hours in words, and the mails that ask for them, in both languages."""

from datetime import date

import pytest

from scheduler.presenters import times
from scheduler.presenters.i18n import words
from scheduler.presenters.meetings import Reader
from scheduler.programme.people.hours import Hours
from tests.web.reading import mail

EVENING, NIGHT = (("17:00", "21:00"),), (("09:00", "12:00"), ("22:00", "02:00"))
HOURS = Hours(
    timezone="America/New_York",
    weekly=(EVENING, EVENING, EVENING, NIGHT, (), EVENING, (("00:00", "24:00"),)),
    dates={
        date(2026, 12, 23): EVENING,
        date(2026, 12, 24): (),
        date(2026, 12, 25): (),
        date(2027, 1, 2): (),
    },
    comfort=None,
)
NONE = Hours("Europe/Stockholm", ((),) * 7, {}, None)
LINK = "https://traff.example.org/times/1-1-abc"


def asked(*, locale: str = "en", reminder: int = 0, hours: Hours = NONE, partners: tuple[str, ...] = ("Emil Ek",)):
    reader = Reader("Maria Mentor", "maria@example.org", locale, hours.timezone)
    return times.TimesAsked(
        reader=reader, programme="The programme", contact="alumni@example.org", partners=partners, hours=hours,
        reminder=reminder, link=LINK,
    )  # fmt: skip


class TestHours:
    def test_of_a_week_put_days_with_the_same_hours_together(self) -> None:
        assert times.week_lines(words("en"), HOURS) == [
            "Monday–Wednesday: 17:00–21:00",
            "Thursday: 09:00–12:00 and 22:00–02:00 the next day",
            "Saturday: 17:00–21:00",
            "Sunday: 00:00–24:00",
        ]
        assert times.week_lines(words("sv"), HOURS)[:2] == [
            "Måndag–onsdag: 17:00–21:00",
            "Torsdag: 09:00–12:00 och 22:00–02:00 nästa dag",
        ]

    def test_of_dates_put_neighbours_together(self) -> None:
        assert times.date_lines(words("en"), HOURS) == [
            "23 December 2026: 17:00–21:00",
            "24 December 2026 – 25 December 2026: not at all",
            "2 January 2027: not at all",
        ]

    def test_of_nobody_are_no_lines(self) -> None:
        assert times.week_lines(words("en"), NONE) == times.date_lines(words("en"), NONE) == []


class TestRequest:
    def test_of_the_first_asking_in_full(self) -> None:
        assert (
            times.request(asked(hours=HOURS, partners=("Emil Ek", "Eva Al"))).text
            == f"""\
Hello Maria Mentor,

You take part in The programme, where you will meet Emil Ek and Eva Al.
When can you meet? Please say which hours suit you, on the clock where you are. It takes a minute, and needs no account.

Give your times here:
{LINK}

These are the hours that we have, on the clock in New York. Are they right?
- Monday–Wednesday: 17:00–21:00
- Thursday: 09:00–12:00 and 22:00–02:00 the next day
- Saturday: 17:00–21:00
- Sunday: 00:00–24:00
- 23 December 2026: 17:00–21:00
- 24 December 2026 – 25 December 2026: not at all
- 2 January 2027: not at all

The link is yours alone. Keep it: with it you can change your times whenever you like.
Questions? Answer this mail; it reaches alumni@example.org.

{"-- "}
The programme
"""
        )

    @pytest.mark.parametrize("partners", [("Emil Ek",), ()])
    @pytest.mark.parametrize("locale", ["en", "sv"])
    def test_reminders_say_something_else_each_time(self, locale: str, partners: tuple[str, ...]) -> None:
        letters = [times.request(asked(locale=locale, reminder=number, partners=partners)) for number in range(3)]
        assert len({letter.subject for letter in letters}) == 3
        for first, second in ((0, 1), (1, 2), (0, 2)):
            openings = [set(letters[number].text.split("\n\n")[1].splitlines()) for number in (first, second)]
            assert not openings[0] & openings[1]
        for letter in letters:
            assert LINK in letter.text.splitlines()
            assert ("Emil Ek" in letter.text) == bool(partners)
            assert "\n\n\n" not in letter.text

    def test_the_last_says_so_in_swedish(self) -> None:
        letter = times.request(asked(locale="sv", reminder=2))
        assert letter.subject == "Sista påminnelsen: när kan du träffas? The programme"
        assert "Det här är vår sista påminnelse." in letter.text
        assert "last reminder" not in letter.text + letter.html

    @pytest.mark.parametrize("reminder", [0, 1, 2])
    def test_the_html_says_what_the_text_says(self, reminder: int) -> None:
        letter = times.request(asked(reminder=reminder, hours=HOURS))
        html = mail(letter.html)
        link = html.one("a")
        assert (link.attributes["href"], link.text) == (LINK, "Give your times")
        for line in letter.text.partition("-- ")[0].splitlines():
            if line and LINK not in line and line != "Give your times here:":
                assert line.removeprefix("- ") in html.text

    def test_names_are_text(self) -> None:
        letter = times.request(asked(partners=("<b>Eve</b> %(contact)s {{ 7 * 7 }}",)))
        assert mail(letter.html).all("b") == []
        assert "<b>Eve</b> %(contact)s {{ 7 * 7 }}" in letter.text
