"""Dates, times, zones and sentences, in both languages."""

from datetime import date, datetime

import pytest

from scheduler.errors import BadText, InABlackout, LinkSpent
from scheduler.phrases import Phrase
from scheduler.presenters.i18n import FORMATS, NAMES, best_language, gmt, words
from scheduler.slots import zones
from tests.builders import utc

EVENING = utc(2026, 12, 1, 17)
STOCKHOLM = "Europe/Stockholm"


class TestDates:
    @pytest.mark.parametrize(
        ("locale", "day", "short", "plain"),
        [
            ("en", "Tuesday 1 December 2026", "Tue 1 Dec", "1 December 2026"),
            ("sv", "tisdag 1 december 2026", "tis 1 dec.", "1 december 2026"),
        ],
    )
    def test_are_written_as_people_write_them(self, locale: str, day: str, short: str, plain: str) -> None:
        speaking = words(locale)
        assert speaking.day(EVENING, STOCKHOLM) == day
        assert speaking.short_day(EVENING, STOCKHOLM) == short
        assert speaking.date(date(2026, 12, 1)) == plain

    def test_are_short_above_a_column(self) -> None:
        day = date(2026, 12, 1)
        assert [(words(locale).weekday(day), words(locale).day_of_month(day)) for locale in ("en", "sv")] == [
            ("Tue", "1/12"), ("tis", "1/12"),
        ]  # fmt: skip

    def test_every_day_and_month_has_a_name(self) -> None:
        for locale in FORMATS:
            days = {words(locale).day(utc(2026, 12, day, 12), STOCKHOLM).split()[0] for day in range(1, 8)}
            months = {words(locale).day(utc(2026, month, 1, 12), STOCKHOLM).split()[2] for month in range(1, 13)}
            assert (len(days), len(months)) == (7, 12)

    def test_are_those_of_the_zone(self) -> None:
        late = utc(2026, 12, 31, 23, 30)
        assert words("en").day(late, STOCKHOLM) == "Friday 1 January 2027"
        assert words("en").day(late, "Europe/London") == "Thursday 31 December 2026"
        assert words("en").short_day(utc(2026, 12, 1, 10, 30), "Pacific/Auckland") == "Tue 1 Dec"
        assert words("en").short_day(utc(2026, 12, 1, 11, 30), "Pacific/Auckland") == "Wed 2 Dec"


class TestClock:
    def test_shows_all_24_hours(self) -> None:
        for locale in FORMATS:
            shown = {words(locale).clock(utc(2026, 12, 1, hour, 5), "UTC") for hour in range(24)}
            assert shown == {f"{hour:02}:05" for hour in range(24)}

    @pytest.mark.parametrize(
        ("zone", "shown"),
        [
            (STOCKHOLM, "18:00"), ("Asia/Kolkata", "22:30"), ("Asia/Kathmandu", "22:45"), ("America/St_Johns", "13:30"),
            ("Australia/Eucla", "01:45"), ("Pacific/Chatham", "06:45"), ("Australia/Lord_Howe", "04:00"),
            ("Pacific/Marquesas", "07:30"),
        ],
    )  # fmt: skip
    def test_in_zones_off_by_half_and_quarter_hours(self, zone: str, shown: str) -> None:
        assert words("en").clock(EVENING, zone) == shown


class TestOffset:
    @pytest.mark.parametrize(
        ("zone", "winter", "summer"),
        [
            (STOCKHOLM, "GMT+1", "GMT+2"), ("Europe/London", "GMT", "GMT+1"), ("America/New_York", "GMT-5", "GMT-4"),
            ("Asia/Kolkata", "GMT+5:30", "GMT+5:30"), ("Asia/Kathmandu", "GMT+5:45", "GMT+5:45"),
            ("America/St_Johns", "GMT-3:30", "GMT-2:30"), ("Australia/Lord_Howe", "GMT+11", "GMT+10:30"),
            ("Pacific/Marquesas", "GMT-9:30", "GMT-9:30"), ("Pacific/Kiritimati", "GMT+14", "GMT+14"),
            ("Antarctica/Troll", "GMT", "GMT+2"), ("UTC", "GMT", "GMT"),
            ("America/Sao_Paulo", "GMT-3", "GMT-3"),
        ],
    )  # fmt: skip
    def test_is_that_of_the_day(self, zone: str, winter: str, summer: str) -> None:
        assert gmt(zone, utc(2026, 12, 1, 12)) == winter
        assert gmt(zone, utc(2026, 7, 1, 12)) == summer


class TestSpan:
    @pytest.mark.parametrize(
        ("locale", "zone", "shown"),
        [
            ("en", STOCKHOLM, "Tuesday 1 December 2026, 18:00–18:45, Stockholm (GMT+1)"),
            ("sv", STOCKHOLM, "tisdag 1 december 2026, 18:00–18:45, Stockholm (GMT+1)"),
            ("en", "Asia/Kolkata", "Tuesday 1 December 2026, 22:30–23:15, Kolkata (GMT+5:30)"),
            ("en", "America/Argentina/Buenos_Aires", "Tuesday 1 December 2026, 14:00–14:45, Buenos Aires (GMT-3)"),
            ("en", "Asia/Tokyo", "Wednesday 2 December 2026, 02:00–02:45, Tokyo (GMT+9)"),
            ("sv", "Asia/Tokyo", "onsdag 2 december 2026, 02:00–02:45, Tokyo (GMT+9)"),
        ],
    )
    def test_names_day_times_and_zone(self, locale: str, zone: str, shown: str) -> None:
        assert words(locale).span(EVENING, 45, zone) == shown

    @pytest.mark.parametrize(
        ("start", "minutes", "shown"),
        [
            (utc(2026, 12, 1, 22, 30), 60, "Tuesday 1 December 2026, 23:30–00:30 (Wed 2 Dec), Stockholm (GMT+1)"),
            (utc(2026, 12, 1, 22), 60, "Tuesday 1 December 2026, 23:00–00:00 (Wed 2 Dec), Stockholm (GMT+1)"),
            (utc(2026, 12, 31, 22, 30), 60, "Thursday 31 December 2026, 23:30–00:30 (Fri 1 Jan), Stockholm (GMT+1)"),
            (utc(2026, 12, 1, 23), 45, "Wednesday 2 December 2026, 00:00–00:45, Stockholm (GMT+1)"),
            (utc(2026, 12, 1, 17), 2880, "Tuesday 1 December 2026, 18:00–18:00 (Thu 3 Dec), Stockholm (GMT+1)"),
        ],
    )
    def test_over_midnight_the_end_has_its_date(self, start: datetime, minutes: int, shown: str) -> None:
        assert words("en").span(start, minutes, STOCKHOLM) == shown

    @pytest.mark.parametrize(
        ("start", "minutes", "shown"),
        [
            # Clocks go from 02:00 to 03:00 on 29 March, and from 03:00 back to 02:00 on 25 October.
            (utc(2026, 3, 29, 0, 30), 60, "Sunday 29 March 2026, 01:30–03:30, Stockholm (GMT+1, then GMT+2)"),
            (utc(2026, 3, 29, 0, 30), 30, "Sunday 29 March 2026, 01:30–03:00, Stockholm (GMT+1, then GMT+2)"),
            (utc(2026, 3, 29, 1), 30, "Sunday 29 March 2026, 03:00–03:30, Stockholm (GMT+2)"),
            (utc(2026, 10, 25, 0, 30), 60, "Sunday 25 October 2026, 02:30–02:30, Stockholm (GMT+2, then GMT+1)"),
            (utc(2026, 10, 25, 0, 30), 15, "Sunday 25 October 2026, 02:30–02:45, Stockholm (GMT+2)"),
            (utc(2026, 10, 25, 1, 30), 15, "Sunday 25 October 2026, 02:30–02:45, Stockholm (GMT+1)"),
        ],
    )
    def test_over_a_clock_change_both_offsets_are_named(self, start: datetime, minutes: int, shown: str) -> None:
        assert words("en").span(start, minutes, STOCKHOLM) == shown

    def test_over_a_clock_change_in_swedish(self) -> None:
        shown = words("sv").span(utc(2026, 3, 29, 0, 30), 60, STOCKHOLM)
        assert shown == "söndag 29 mars 2026, 01:30–03:30, Stockholm (GMT+1, sedan GMT+2)"


class TestCity:
    def test_every_zone_has_one_in_every_language(self) -> None:
        for locale in FORMATS:
            cities = {zone: words(locale).city(zone) for zone in zones.names()}
            assert [zone for zone, city in cities.items() if not city.strip() or "/" in city or "_" in city] == []

    @pytest.mark.parametrize(
        ("zone", "en", "sv"),
        [
            ("Europe/Copenhagen", "Copenhagen", "Köpenhamn"),
            ("Asia/Calcutta", "Kolkata", "Kolkata"), ("America/Indiana/Knox", "Knox, Indiana", "Knox, Indiana"),
        ],
    )  # fmt: skip
    def test_by_its_name_of_today_in_the_readers_language(self, zone: str, en: str, sv: str) -> None:
        assert (words("en").city(zone), words("sv").city(zone)) == (en, sv)


class TestSentences:
    def test_are_translated_and_filled(self) -> None:
        assert words("sv").gettext("Hello %(name)s,", name="Åsa") == "Hej Åsa!"
        assert words("en").gettext("Hello %(name)s,", name="100 %") == "Hello 100 %,"

    def test_without_values_a_percent_sign_is_itself(self) -> None:
        assert words("en").gettext("100 %") == "100 %"

    def test_unknown_ones_stay_english(self) -> None:
        assert words("sv").gettext("Never heard of.") == "Never heard of."

    def test_of_number(self) -> None:
        assert words("en").ngettext("%(num)s pair", "%(num)s pairs", 1) == "1 pair"
        assert words("sv").ngettext("%(num)s pair", "%(num)s pairs", 0) == "0 par"
        assert words("sv").ngettext("%(num)s unheard of", "%(num)s unheard of in all", 0) == "0 unheard of in all"

    @pytest.mark.parametrize(
        ("texts", "sentence"), [((), ""), (("A",), "A"), (("A", "B"), "A and B"), (("A", "B", "C"), "A, B and C")]
    )
    def test_several_are_listed_as_people_do(self, texts: tuple[str, ...], sentence: str) -> None:
        assert words("en").conjoined(texts) == sentence

    def test_phrases_are_translated_with_the_phrases_in_them(self) -> None:
        where = Phrase("%(file)s line %(line)s", {"file": "people.csv", "line": 2})
        whole = Phrase("%(where)s: %(what)s.", {"where": where, "what": Phrase("write a text")})
        assert str(whole) == words("en").phrase(whole) == "people.csv line 2: write a text."
        assert words("sv").phrase(whole) == "people.csv rad 2: skriv en text."

    def test_refusals_are_translated_with_what_they_name(self) -> None:
        refused = BadText(field="Route", longest=300)
        assert words("en").refusal(refused) == str(refused) == "Route: at most 300 characters, on one line."
        assert words("sv").refusal(refused) == "Väg: högst 300 tecken, på en rad."
        assert words("sv").refusal(LinkSpent()) == "Inloggningslänken är använd eller för gammal. Be om en ny."
        assert "2026-12-24" in words("sv").refusal(InABlackout(date="2026-12-24"))

    @pytest.mark.parametrize("locale", ["fi", "", "en_US", "../sv", "SV"])
    def test_a_language_that_we_do_not_speak_is_english(self, locale: str) -> None:
        assert words(locale).locale == "en"
        assert words(locale).gettext("Pairs") == "Pairs"
        assert words(locale).day(EVENING, STOCKHOLM) == "Tuesday 1 December 2026"

    def test_a_text_in_several_languages_is_read_in_ones_own_or_any(self) -> None:
        assert words("sv").choose({"en": "A", "sv": "B"}) == "B"
        assert words("sv").choose({"en": "A"}) == "A"
        assert words("en").choose({"sv": "B", "en": ""}) == "B"
        assert words("en").choose({}) == ""


class TestBestLanguage:
    @pytest.mark.parametrize(
        ("accepted", "otherwise", "best"),
        [
            (["sv-SE", "en"], "en", "sv"), (["fi", "sv"], "en", "sv"), (["en-US", "sv"], "sv", "en"), ([], "sv", "sv"),
            (["fi", "*"], "sv", "sv"), (["SV_FI"], "en", "sv"), ([], "fi", "en"), (["", "-"], "en", "en"),
        ],
    )  # fmt: skip
    def test_is_the_first_that_we_speak(self, accepted: list[str], otherwise: str, best: str) -> None:
        assert best_language(accepted, otherwise) == best

    def test_every_language_has_a_name_and_a_way_with_dates(self) -> None:
        assert NAMES.keys() == FORMATS.keys() == {"en", "sv"}
