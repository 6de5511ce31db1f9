"""The words of a language: translations, dates, times. English is the source; the rest lies in `scheduler/locale`."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from scheduler.errors import Refused
from scheduler.phrases import Moment, Phrase
from scheduler.slots import zones

CATALOGUES = Path(__file__).parents[1] / "locale"
# English as in Britain: the day before the month, and 24 hours, which nobody can take for the other half of the day.
FORMATS = {"en": "en_GB", "sv": "sv"}
NAMES = {"en": "English", "sv": "Svenska"}


@dataclass(frozen=True)
class Words:
    """A language: its translations and its ways with dates."""

    locale: str
    translations: NullTranslations

    def gettext(self, sentence: str, **values: object) -> str:
        """The sentence in this language, with its %(names)s filled."""
        found: str = self.translations.gettext(sentence)
        return found % values if values else found

    def ngettext(self, singular: str, plural: str, num: int, **values: object) -> str:
        found: str = self.translations.ngettext(singular, plural, num)
        return found % {"num": num, **values}

    def refusal(self, refused: Refused) -> str:
        """What the domain said no with, in this language."""
        return self.phrase(Phrase(refused.sentence, refused.values))

    def phrase(self, phrase: Phrase) -> str:
        """The phrase in this language, with all that fills it."""
        values = {name: self._filled(name, value) for name, value in phrase.values.items()}
        return self.gettext(phrase.sentence) % values

    def _filled(self, name: str, value: object) -> object:
        if isinstance(value, Moment):
            return self.moment(value.at, value.zone)
        if isinstance(value, Phrase):
            return self.phrase(value)
        return self.gettext(str(value)) if name == "field" else value

    def conjoined(self, texts: Sequence[str]) -> str:
        """A, B and C."""
        if len(texts) < 2:
            return "".join(texts)
        return self.gettext("%(some)s and %(last)s", some=", ".join(texts[:-1]), last=texts[-1])

    def choose(self, by_language: Mapping[str, str]) -> str:
        """The text in this language, or in any that there is."""
        return by_language.get(self.locale) or next(iter(by_language.values()), "")

    def day(self, instant: datetime, zone: str) -> str:
        """Tuesday 1 December 2026."""
        return format_date(zones.date_of(instant, zone), "EEEE d MMMM y", locale=self._format)

    def weekday(self, day: date) -> str:
        """Tue."""
        return format_date(day, "EEE", locale=self._format)

    def day_of_month(self, day: date) -> str:
        """1/12."""
        return format_date(day, "d/M", locale=self._format)

    def date(self, day: date) -> str:
        """1 December 2026."""
        return format_date(day, "d MMMM y", locale=self._format)

    def short_day(self, instant: datetime, zone: str) -> str:
        """Tue 1 Dec."""
        return format_date(zones.date_of(instant, zone), "EEE d MMM", locale=self._format)

    def weekday_name(self, day: int) -> str:
        """Tuesday, as it is written within a sentence; Monday is 0."""
        return str(self._format.days["format"]["wide"][day])

    def clock(self, instant: datetime, zone: str) -> str:
        """18:00."""
        return format_time(instant.astimezone(zones.zone(zone)).time(), "HH:mm", locale=self._format)

    def span(self, starts_at: datetime, minutes: int, zone: str) -> str:
        """Tuesday 1 December 2026, 18:00-18:45, Stockholm (GMT+1); with both offsets if the clocks change meanwhile."""
        first, last = gmt(zone, starts_at), gmt(zone, starts_at + timedelta(minutes=minutes))
        offset = first if first == last else self.gettext("%(first)s, then %(last)s", first=first, last=last)
        day, times = self.day(starts_at, zone), self.times(starts_at, minutes, zone)
        return f"{day}, {times}, {self.city(zone)} ({offset})"

    def elsewhere(self, starts_at: datetime, minutes: int, zone: str, other: str) -> str:
        """The span as the wall in `other` shows it; empty where the wall in `zone` shows the same."""
        times = starts_at, starts_at + timedelta(minutes=minutes)
        walls = {tuple(_wall(at, each) for at in times) for each in (zone, other)}
        return self.span(starts_at, minutes, other) if len(walls) > 1 else ""

    def moment(self, instant: datetime, zone: str) -> str:
        """Tuesday 1 December 2026, 18:00, Stockholm (GMT+1)."""
        return f"{self.short_moment(instant, zone)} ({gmt(zone, instant)})"

    def short_moment(self, instant: datetime, zone: str) -> str:
        """Tuesday 1 December 2026, 18:00, Stockholm."""
        return f"{self.day(instant, zone)}, {self.clock(instant, zone)}, {self.city(zone)}"

    def headline(self, sentence: str, *, title: str, at: datetime, zone: str) -> str:
        """A mail's subject, of what there is and when: `sentence` names %(title)s, %(day)s, %(clock)s and %(city)s."""
        day, clock = self.short_day(at, zone), self.clock(at, zone)
        return self.gettext(sentence, title=title, day=day, clock=clock, city=self.city(zone))

    def times(self, starts_at: datetime, minutes: int, zone: str) -> str:
        """18:00-18:45, and the date of the end where it is another one."""
        ends_at = starts_at + timedelta(minutes=minutes)
        end = self.clock(ends_at, zone)
        if _wall(starts_at, zone).date() != _wall(ends_at, zone).date():
            end = f"{end} ({self.short_day(ends_at, zone)})"
        return f"{self.clock(starts_at, zone)}–{end}"

    def city(self, zone: str) -> str:
        """Stockholm: the city that the zone is named after."""
        return get_timezone_location(zones.zone(zone), locale=self._format, return_city=True).rpartition("/")[2]

    @property
    def _format(self) -> Locale:
        return _parsed(FORMATS[self.locale])


def _wall(instant: datetime, zone: str) -> datetime:
    """What the clocks there show, without the zone."""
    return instant.astimezone(zones.zone(zone)).replace(tzinfo=None)


@cache
def _parsed(tag: str) -> Locale:
    """Babel looks it up anew each time, which costs more than to write a date."""
    return Locale.parse(tag)


def gmt(zone: str, instant: datetime) -> str:
    """GMT+5:30: the offset that the zone has at that instant."""
    minutes = zones.offset_at(zone, int(instant.timestamp() // 60))
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return "GMT" if minutes == 0 else f"GMT{sign}{hours}" + (f":{rest:02}" if rest else "")


@cache
def words(locale: str) -> Words:
    """The language, or English where we do not speak it."""
    catalogue = CATALOGUES / f"{locale}.po"
    if locale not in FORMATS or not catalogue.is_file():
        return Words(locale if locale in FORMATS else "en", NullTranslations())
    with catalogue.open("rb") as file:
        messages = read_po(file, locale=locale)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Words(locale, Translations(compiled))


def best_language(accepted: Iterable[str], otherwise: str) -> str:
    """The first accepted language that we speak, as a browser lists them (sv-SE counts as sv)."""
    for tag in accepted:
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in FORMATS:
            return language
    return otherwise if otherwise in FORMATS else "en"
