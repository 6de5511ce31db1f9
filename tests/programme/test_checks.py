"""The checks that files and commands share: the clean value, or a clause that says why not."""

from collections.abc import Callable
from datetime import datetime

import pytest

from integrations.mail.message import Mail, compose
from scheduler.programme import checks
from scheduler.programme.checks import Wrong
from tests.builders import NOW


@pytest.mark.parametrize(
    ("check", "value", "clean"),
    [
        (checks.name, "  Åsa Öberg\t", "Åsa Öberg"),
        (checks.name, "A\u030asa", "Åsa"),
        (checks.name, "x" * 80, "x" * 80),
        (checks.name, "A\u030a" * 80, "Å" * 80),
        (checks.text, "x" * 300, "x" * 300),
        (checks.email, " Anna@Example.ORG ", "anna@example.org"),
        (checks.email, "o'hara+x@a.example.org", "o'hara+x@a.example.org"),
        (checks.email, "anna@Å.se", "anna@xn--5ca.se"),
        (checks.zone, " Asia/Kathmandu ", "Asia/Kathmandu"),
        (checks.locale, "sv", "sv"),
        (checks.slug, "a-1", "a-1"),
        (checks.weekday, " SUN", 6),
        (checks.clock, " 23:59 ", "23:59"),
        (checks.end_clock, " 24:00 ", "24:00"),
        (checks.whole_number(5, 480), 5, 5),
        (checks.whole_number(5, 480), 480, 480),
        (checks.truth, False, False),
    ],
)
def test_the_clean_value(check: Callable[[object], object], value: object, clean: object) -> None:
    assert check(value) == clean


@pytest.mark.parametrize(
    ("check", "value"),
    [
        *(
            (checks.name, value)
            for value in ("", " ", "\u2003", None, 5, "x" * 81, "a\nb", "a\0b", "a\u200bb", "\ufeffx")
        ),
        *((checks.text, value) for value in ("x" * 301, ["x"], {})),
        *(
            (checks.email, value)
            for value in (None, "", "a", "@b.se", "a@", "a@@b.se", "a b@c.se", "a@b..se", ".a@b.se")
        ),
        *((checks.email, value) for value in ("a@-b.se", "a@b_c.se", '"a b"@c.se', "a@[127.0.0.1]", "a@localhost")),
        *(
            (checks.email, value)
            for value in ("a\n@b.se", "a@b.se\nbcc:c@d.se", f"a@{'b' * 250}.se", f"{'a' * 65}@b.se")
        ),
        *(
            (checks.zone, value)
            for value in ("", None, "UTC+1", "../../etc/passwd", "Europe", "posixrules", "localtime")
        ),
        *((checks.locale, value) for value in ("", None, "SV", "de", 5)),
        *((checks.slug, value) for value in ("", None, "-a", "a-", "a--b", "a_b", "å", "A", "a/b", "a\n", "x" * 61, 5)),
        *((checks.weekday, value) for value in ("", None, "monday", "0", 0)),
        *(
            (checks.clock, value)
            for value in ("", None, "24:00", "9:00", "09.00", "0900", "09:60", "09:00\n10:00", 900)
        ),
        *((checks.end_clock, value) for value in ("24:01", "25:00", "")),
        *((checks.whole_number(5, 480), value) for value in (4, 481, "45", 45.0, True, None)),
        *((checks.truth, value) for value in (0, 1, "true", None)),
    ],
)
def test_what_will_not_do(check: Callable[[object], object], value: object) -> None:
    with pytest.raises(Wrong) as wrong:
        check(value)
    clause = str(wrong.value)
    assert clause
    assert clause.isprintable()
    assert not clause.endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "Anna@Example.org",
        "anna@smörgås.example.org",
        "o'hara+tag@x.example.org",
        "a!#$%&*/=?^_`{|}~-b@example.org",
        f"{'a' * 64}@{'b' * 63}.example.org",
        "anna@münchen.example",
        "x@例え.テスト",
    ],
)
def test_whoever_is_taken_in_can_be_sent_a_mail(address: str) -> None:
    clean = checks.email(address)
    mail = Mail(
        sender=("Träff", "traff@example.org"),
        recipient=clean,
        reply_to=clean,
        subject="Hello",
        text="Hello",
        message_id="<1@example.org>",
        date=NOW,
    )
    assert compose(mail)["To"].addresses[0].addr_spec == clean


WALLS = {
    # wall, zone: whether some clock there shows it
    ("2026-03-29T01:59", "Europe/Stockholm"): True,
    ("2026-03-29T02:00", "Europe/Stockholm"): False,
    ("2026-03-29T02:59", "Europe/Stockholm"): False,
    ("2026-03-29T03:00", "Europe/Stockholm"): True,
    ("2026-03-29T02:30", "Europe/London"): True,
    ("2026-03-29T01:30", "Europe/London"): False,
    ("2026-10-25T02:30", "Europe/Stockholm"): True,
    ("2026-10-04T02:15", "Australia/Lord_Howe"): False,
    ("2026-10-04T02:30", "Australia/Lord_Howe"): True,
    ("2011-12-30T12:00", "Pacific/Apia"): False,
    ("2026-03-29T02:30", None): True,
}


@pytest.mark.parametrize(("wall", "zone"), WALLS)
def test_a_wall_clock_that_no_clock_shows_is_wrong(wall: str, zone: str | None) -> None:
    instant = datetime.fromisoformat(wall)
    if WALLS[wall, zone]:
        assert checks.wall_clock(instant, zone) == instant
    else:
        with pytest.raises(Wrong, match=f"is skipped in {zone}, where the clocks go forward; write another time"):
            checks.wall_clock(instant, zone)


@pytest.mark.parametrize("wall", ["2026-11-02T17:00:01", "2026-11-02T17:00:00.000001"])
def test_a_wall_clock_is_of_whole_minutes(wall: str) -> None:
    with pytest.raises(Wrong, match="write a time that is a whole minute"):
        checks.wall_clock(datetime.fromisoformat(wall), None)


@pytest.mark.parametrize("year", [1, 226, 1999, 2101, 9999])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", None])
def test_years_that_are_slips_of_the_finger(year: int, zone: str | None) -> None:
    for edge in (f"{year:04}-01-01T00:00", f"{year:04}-12-31T23:59"):
        wall = datetime.fromisoformat(edge)
        with pytest.raises(Wrong, match=f"the year is {year}; write one from 2000 to 2100"):
            checks.wall_clock(wall, zone)
        with pytest.raises(Wrong, match=f"the year is {year}"):
            checks.day(wall.date())


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("Europe/Stokholm", "Europe/Stockholm"),
        ("europe/stockholm", "Europe/Stockholm"),
        ("Stockholm", "Europe/Stockholm"),
        ("Europe/Kyiw", "Europe/Kyiv"),
        ("America/NewYork", "America/New_York"),
        ("US/Pasific", "US/Pacific"),
    ],
)
def test_a_zone_that_nearly_is_one_is_suggested(written: str, suggested: str) -> None:
    with pytest.raises(Wrong, match=f"did you mean {suggested}\\?$"):
        checks.zone(written)


@pytest.mark.parametrize("written", ["CEST", "UTC+1", "GMT+2", "W. Europe Standard Time", "x" * 10_000])
def test_a_zone_that_is_like_none_gets_no_suggestion(written: str) -> None:
    with pytest.raises(Wrong, match=r"use an IANA name such as Europe/Stockholm$"):
        checks.zone(written)
