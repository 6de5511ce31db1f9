"""A meeting to tell somebody of, without a database."""

from dataclasses import replace

from scheduler.messages import MeetingVersion
from scheduler.presenters.meetings import MeetingView, Reader
from scheduler.states import Mode
from tests.builders import NOW, utc

EVENING = utc(2026, 12, 1, 17)
DOOR = "https://traff.example.org/j/1-1-abcdefghijklmnopqrstuvwxyz234567"
FEED = "https://traff.example.org/feeds/1-1-abcdefghijklmnopqrstuvwxyz234567.ics"
ANSWER = "https://traff.example.org/i/1-1-abcdefghijklmnopqrstuvwxyz234567"
AGAIN = "https://traff.example.org/me/pairs/1/propose"
CHANGE = "https://traff.example.org/me/meetings/1"
MARIA = Reader("Maria Mentor", "maria@example.org", "en", "Europe/Stockholm")


def told(
    reader: Reader = MARIA, *, partner: str = "Emil Mentee", partner_in: str = "Europe/Stockholm",
    cancelled: bool = False, **version: object,
) -> MeetingView:  # fmt: skip
    """A video meeting of 45 minutes on a December evening in Stockholm, unless said otherwise."""
    plain = MeetingVersion(1, NOW, EVENING, 45, "Europe/Stockholm", Mode.VIDEO, "", "", "", "", "")
    return MeetingView(
        uid="4b1f0d0c-uid",
        version=replace(plain, **version),  # type: ignore[arg-type]
        cancelled=cancelled,
        reader=reader,
        partner=partner,
        partner_timezone=partner_in,
        programme="The mentorship programme",
        contact="alumni@example.org",
        door=DOOR,
        feed=FEED,
        change=CHANGE,
        answer=ANSWER,
        again=AGAIN,
    )


def speaking(locale: str, zone: str = "Europe/Stockholm", *, name: str = "Maria Mentor") -> Reader:
    return Reader(name, "maria@example.org", locale, zone)
