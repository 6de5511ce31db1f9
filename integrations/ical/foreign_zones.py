"""Time zones as others' calendars name and define them."""

import zoneinfo
from contextlib import suppress
from datetime import tzinfo

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# Lines of a VTIMEZONE. TZUNTIL and TZID-ALIAS-OF (RFC 7808) are left out: icalendar cannot read them.
WANTED = {"TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE", "BEGIN", "END"}
_LONGEST_ZONE = 500  # lines


def zone(tzid: str, defined: list[str]) -> tzinfo | None:
    """The zone of this name: IANA's, else Windows', else as the lines of the calendar's own VTIMEZONE define it.

    None where it is not to be known, and then neither are its times.
    """
    for name in (tzid, WINDOWS_TO_OLSON.get(tzid, "")):
        with suppress(ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            if name:
                return zoneinfo.ZoneInfo(name)
    return _defined(defined)


def _defined(lines: list[str]) -> tzinfo | None:
    """The zone that these lines define, if its rules are yearly: others could be spread out without end."""
    rules = [line.upper() for line in lines if line.upper().startswith("RRULE")]
    yearly = all("FREQ=YEARLY" in rule and "BYSECOND" not in rule and "BYMINUTE" not in rule for rule in rules)
    if not lines or len(lines) > _LONGEST_ZONE or not yearly or any(rule.count("BY") > 3 for rule in rules):
        return None
    try:
        component = Timezone.from_ical("\r\n".join(lines) + "\r\n")
        zone = component.to_tz() if isinstance(component, Timezone) else None
    except Exception:  # of a stranger's rules anything may come, and then the time is not to be known
        return None
    return zone if isinstance(zone, tzinfo) else None
