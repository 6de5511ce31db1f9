"""A strict reader of iCalendar for the tests, from RFC 5545 alone, sharing no code with icalendar or what it judges."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

LAST_YEAR = 2033
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@dataclass(frozen=True)
class Property:
    name: str
    parameters: dict[str, list[str]]
    value: str

    @property
    def text(self) -> str:
        """The value as TEXT (3.3.11)."""
        return re.sub(r"\\(.)", lambda found: {"n": "\n", "N": "\n"}.get(found[1], found[1]), self.value)


def properties(ics: bytes) -> list[Property]:
    """The content lines (3.1), BEGIN and END among them."""
    lines = ics.decode().replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")
    assert lines.pop() == ""
    return [_property(line) for line in lines]


def _property(line: str) -> Property:
    found = re.fullmatch(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', line)
    assert found, line
    parameters = {}
    for name, values in re.findall(r';([A-Z0-9-]+)=((?:"[^"]*"|[^";:,]|,)*)', found[2]):
        parameters[name] = [_parameter(each) for each in re.findall(r'"[^"]*"|[^,]+', values)]
    return Property(found[1], parameters, found[3])


def _parameter(value: str) -> str:
    """RFC 6868."""
    return re.sub(r"\^([n'^])", lambda found: {"n": "\n", "'": '"', "^": "^"}[found[1]], value.strip('"'))


def components(ics: bytes, name: str) -> list[dict[str, list[Property]]]:
    """The properties of each component of this name, without those of the components in it."""
    found: list[dict[str, list[Property]]] = []
    stack: list[tuple[str, dict[str, list[Property]]]] = []
    for each in properties(ics):
        if each.name == "BEGIN":
            stack.append((each.value, {}))
        elif each.name == "END":
            kind, content = stack.pop()
            assert kind == each.value
            if kind == name:
                found.append(content)
        else:
            stack[-1][1].setdefault(each.name, []).append(each)
    assert not stack
    return found


class Zone:
    """What one VTIMEZONE says (3.6.5): an onset is a wall clock in TZOFFSETFROM; the latest one rules."""

    def __init__(self, vtimezone: bytes) -> None:
        self.onsets: list[tuple[datetime, timedelta]] = []
        for kind in ("STANDARD", "DAYLIGHT"):
            for observance in components(vtimezone, kind):
                before, after = (_offset(observance[name][0].value) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
                self.onsets += [(wall - before, after) for wall in _walls(observance)]
        self.onsets.sort()

    def offset(self, utc: datetime) -> timedelta:
        """The offset at a naive UTC time."""
        return [after for onset, after in self.onsets if onset <= utc][-1]

    def instants(self, wall: datetime) -> list[datetime]:
        """Every naive UTC time at which the clocks show `wall`: none in a gap, two in a repeated hour."""
        offsets = sorted({after for _, after in self.onsets}, reverse=True)
        return [wall - offset for offset in offsets if self.offset(wall - offset) == offset]


def _walls(observance: dict[str, list[Property]]) -> list[datetime]:
    start = _clock(observance["DTSTART"][0].value)
    walls = [start] + [_clock(each) for line in observance.get("RDATE", []) for each in line.value.split(",")]
    for line in observance.get("RRULE", []):
        rule = dict(part.split("=") for part in line.value.split(";"))
        assert rule.keys() == {"FREQ", "BYMONTH", "BYDAY"}
        assert rule["FREQ"] == "YEARLY"
        days = [_nth(year, int(rule["BYMONTH"]), rule["BYDAY"]) for year in range(start.year, LAST_YEAR + 1)]
        assert days[0] == start.date(), "DTSTART must be an instance of its own rule"
        walls += [datetime.combine(day, start.time()) for day in days[1:]]
    return walls


def _nth(year: int, month: int, day: str) -> date:
    last = calendar.monthrange(year, month)[1]
    dates = [date(year, month, number) for number in range(1, last + 1)]
    fitting = [each for each in dates if each.weekday() == DAYS.index(day[-2:])]
    number = int(day[:-2])
    return fitting[number - 1 if number > 0 else number]


def _clock(value: str) -> datetime:
    assert re.fullmatch(r"\d{8}T\d{6}", value), value
    parts = [int(value[at : at + 2]) for at in (4, 6, 9, 11, 13)]
    return datetime.combine(date(int(value[:4]), parts[0], parts[1]), time(parts[2], parts[3], parts[4]))


def _offset(value: str) -> timedelta:
    sign = {"+": 1, "-": -1}[value[0]]
    return sign * timedelta(hours=int(value[1:3]), minutes=int(value[3:5]), seconds=int(value[5:7] or 0))
