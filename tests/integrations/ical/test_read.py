"""Calendars' answers: what they say, in all the spellings there are; and what is no answer, told for what it is."""

import contextlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.ical import read
from integrations.ical.read import Trouble, Unreadable, answers
from tests.integrations.ical.mails import ATTENDEE, SECONDS, UID, answer, calendar, event

TEN = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def only(text: str, announced: str | None = None, sender: str = ATTENDEE) -> read.Answer:
    (found,) = answers(text.encode(), announced=announced, sender=sender)
    return found


def trouble(text: str | bytes, announced: str | None = "REPLY", sender: str = ATTENDEE) -> Trouble:
    with pytest.raises(Unreadable) as unreadable:
        answers(text.encode() if isinstance(text, str) else text, announced=announced, sender=sender)
    return unreadable.value.trouble


def counter(start: str, end: str | None = None, zones: str = "", **more: str | None) -> str:
    text = answer("COUNTER", dtstart=start, dtend=end, **more)
    return text.replace("BEGIN:VEVENT", zones + "BEGIN:VEVENT")


def test_an_answer_says_who_answers_what_to_which_version() -> None:
    found = only(answer(partstat="declined", sequence="3", comment=r"Sorry\, ill\nZoë"), "REPLY")
    assert (found.method, found.uid, found.attendee, found.partstat) == ("REPLY", UID, ATTENDEE, "DECLINED")
    assert (found.sequence, found.dtstamp) == (3, datetime(2026, 11, 2, 10, tzinfo=UTC))
    assert found.comment == "Sorry, ill\nZoë"
    assert (found.recurrence_id, found.starts_at, found.ends_at, found.delegated_to) == (None, None, None, "")


def test_what_many_calendars_leave_out_is_not_missed() -> None:
    found = only(answer(organizer=None, sequence=None))
    assert (found.organizer, found.sequence) == (None, 0)
    assert only(answer("REFRESH", dtstamp=None)).method == "REFRESH"
    assert only(answer().replace("VERSION:2.0\r\n", "").replace("PRODID:-//x//y//EN\r\n", "")).uid == UID
    assert only(answer().replace("METHOD:REPLY\r\n", ""), "REPLY").method == "REPLY"
    assert only(answer().replace("\r\n", "\n")).attendee == ATTENDEE
    assert only("\ufeff" + answer()).attendee == ATTENDEE


@pytest.mark.parametrize("spelled", ["MAILTO:ZOE@UNI.EXAMPLE", "mailto:Zoe@Uni.example", "zoe@uni.example"])
def test_an_address_is_one_in_whatever_spelling(spelled: str) -> None:
    assert only(answer(attendee_=None).replace(f"mailto:{ATTENDEE}", spelled)).attendee == ATTENDEE


def test_apples_address_may_stand_beside_a_path() -> None:
    written = f'ATTENDEE;EMAIL="{ATTENDEE}";PARTSTAT=ACCEPTED:/aMjA/principal/'
    assert only(answer(attendee="x@y.example", ATTENDEE=written)).attendee == ATTENDEE


def test_of_several_attendees_it_is_the_one_who_is_not_the_organizer_or_who_wrote() -> None:
    chair = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:e-7hq2v9@in.example.org\r\n"
    both = "ATTENDEE;PARTSTAT=DECLINED:mailto:max@uni.example\r\n"
    assert only(answer().replace("END:VEVENT", chair + "END:VEVENT")).attendee == ATTENDEE
    crowd = answer().replace("END:VEVENT", chair + both + "END:VEVENT")
    assert only(crowd, sender="max@uni.example").partstat == "DECLINED"
    assert trouble(crowd, sender="somebody@else.example") is Trouble.CONTRADICTORY


def test_whom_they_send_instead() -> None:
    written = f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:Max@uni.example":mailto:{ATTENDEE}'
    found = only(answer(ATTENDEE=written))
    assert (found.partstat, found.delegated_to) == ("DELEGATED", "max@uni.example")


ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Somewhere\r\nTZUNTIL:20300101T000000Z\r\nTZID-ALIAS-OF:Europe/Berlin\r\n"
    "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)


@pytest.mark.parametrize(
    ("written", "zones"),
    [
        ("20261201T090000Z", ""),
        ("DTSTART;TZID=Europe/Berlin:20261201T100000", ""),
        ("DTSTART;TZID=W. Europe Standard Time:20261201T100000", ""),
        ('DTSTART;TZID="Romance Standard Time":20261201T100000', ""),
        ("DTSTART;TZID=India Standard Time:20261201T143000", ""),
        ("DTSTART;TZID=Somewhere:20261201T100000", ZONE),
    ],
)
def test_a_proposed_time_in_each_spelling(written: str, zones: str) -> None:
    assert only(counter(written, zones=zones)).starts_at == TEN


def test_how_long_it_is_to_last() -> None:
    assert only(counter("20261201T090000Z", "20261201T094500Z")).ends_at == datetime(2026, 12, 1, 9, 45, tzinfo=UTC)
    assert only(counter("20261201T090000Z", duration="PT30M")).ends_at == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert only(counter("20261201T090000Z")).ends_at is None


@pytest.mark.parametrize(
    "written",
    [
        "20261201T100000",  # nobody knows whose clock
        "DTSTART;TZID=Nowhere:20261201T100000",
        "DTSTART;TZID=../../etc/passwd:20261201T100000",
        "20261301T100000Z",
        "99991231T235959Z0",
        "99991231T235959Z",
        "00010101T000000Z",
        "tomorrow",
    ],
)
def test_a_time_that_is_not_to_be_known_is_none(written: str) -> None:
    assert trouble(counter(written), "COUNTER") is Trouble.BROKEN


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=1", "FREQ=YEARLY;BYSECOND=1,2,3,4,5"])
def test_a_zone_whose_rule_has_no_end_is_not_spread_out(rule: str) -> None:
    endless = ZONE.replace("FREQ=YEARLY;INTERVAL=1", rule)
    began = time.thread_time()
    assert trouble(counter("DTSTART;TZID=Somewhere:20261201T100000", zones=endless), "COUNTER") is Trouble.BROKEN
    assert time.thread_time() - began < SECONDS


def test_an_answer_to_one_of_a_series_says_to_which() -> None:
    assert only(answer(recurrence_id="20261201T090000Z")).recurrence_id == TEN
    two = answer(recurrence_id="20261201T090000Z") + answer(recurrence_id="20261208T090000Z")
    joined = two.replace(
        "END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nMETHOD:REPLY\r\n", ""
    )
    assert len(answers(joined.encode(), announced="REPLY", sender=ATTENDEE)) == 2


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "ADD", "DECLINECOUNTER", "X-EVIL", ""])
def test_what_only_an_organizer_may_say_is_not_for_us(method: str) -> None:
    assert trouble(answer(method or "X"), None) is Trouble.NOT_FOR_US
    assert trouble(answer().replace("METHOD:REPLY\r\n", ""), None) is Trouble.NOT_FOR_US


EVENT = event(f"UID:{UID}\r\nDTSTAMP:20261102T100000Z\r\nATTENDEE:mailto:{ATTENDEE}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (answer("COUNTER"), Trouble.CONTRADICTORY),  # the mail says REPLY
        (answer() + answer(), Trouble.CONTRADICTORY),
        (calendar("REPLY", EVENT + EVENT), Trouble.CONTRADICTORY),
        (calendar("REPLY", EVENT + EVENT.replace(UID, "another")), Trouble.CONTRADICTORY),
        (answer().replace("SEQUENCE:0", "SEQUENCE:0\r\nSEQUENCE:1"), Trouble.CONTRADICTORY),
        (answer().replace("METHOD:REPLY", "METHOD:REPLY\r\nMETHOD:COUNTER"), Trouble.CONTRADICTORY),
        (calendar("REPLY", ""), Trouble.NO_ANSWER),
        (calendar("REPLY", "BEGIN:VTODO\r\nEND:VTODO\r\n"), Trouble.NO_ANSWER),
        (answer(uid=None), Trouble.BROKEN),
        (answer(uid=f"{UID}\x00"), Trouble.BROKEN),
        (answer(dtstamp=None), Trouble.BROKEN),
        (answer(dtstamp="now"), Trouble.BROKEN),
        (answer(sequence="-1"), Trouble.BROKEN),
        (answer(sequence="9" * 30), Trouble.BROKEN),
        (answer(attendee="nobody"), Trouble.CONTRADICTORY),
        (answer().replace("END:VEVENT", "END:VTODO"), Trouble.BROKEN),
        (answer().replace("END:VCALENDAR\r\n", ""), Trouble.BROKEN),
        ("BEGIN:VCALENDAR", Trouble.BROKEN),
        ("", Trouble.BROKEN),
        ("\x00" * 100, Trouble.BROKEN),
        (answer().encode("utf-16"), Trouble.BROKEN),
        ("BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 20_000, Trouble.TOO_LARGE),
        ("BEGIN:VCALENDAR\r\n" + "BEGIN:VALARM\r\n" * 17, Trouble.TOO_NESTED),
        (calendar("REPLY", EVENT * 51), Trouble.TOO_LARGE),
        ("BEGIN:VCALENDAR\r\n" + "X:y\r\n" * 20_001, Trouble.TOO_LARGE),
        (answer(comment="x" * read.LARGEST), Trouble.TOO_LARGE),
    ],
)
def test_what_makes_no_sense_is_told_for_what_it_is(text: str | bytes, why: Trouble) -> None:
    began = time.thread_time()
    assert trouble(text) is why
    assert time.thread_time() - began < SECONDS


def test_an_alarm_and_what_else_a_stranger_wrote_is_passed_over() -> None:
    inside = "REPEAT:999999999\r\nDURATION:PT1S\r\nUID:other\r\nATTENDEE:mailto:x@y.example\r\n"
    alarm = f"BEGIN:VALARM\r\n{inside}END:VALARM\r\n"
    rules = 'RRULE:FREQ=SECONDLY\r\nRDATE:20260101T000000Z\r\nX-EVIL;A="b:c\r\n'
    found = only(answer().replace("END:VEVENT", rules + alarm + "END:VEVENT"))
    assert (found.uid, found.attendee) == (UID, ATTENDEE)


def test_a_comment_is_short_plain_text() -> None:
    found = only(answer(comment="a\x07b\x1b[31m c\\;d" + "x" * 5000))
    assert found.comment.startswith("ab[31m c;d")
    assert len(found.comment) == read.LONGEST_TEXT


@given(st.text(max_size=300) | st.text(st.sampled_from('BEGIN:VCALENDAREND\r\n;="ATUID0123'), max_size=300))
def test_whatever_stands_there_is_an_answer_or_a_trouble(text: str) -> None:
    for whole in (text, answer().replace("END:VEVENT", text + "\r\nEND:VEVENT")):
        with contextlib.suppress(Unreadable):
            assert answers(whole.encode("utf-8", "replace"), announced="REPLY", sender=ATTENDEE)
