"""Beside each time the same on the visitor's own wall, where that shows another."""

import pytest

from tests.browser.conftest import NEW_YORK, PHONE, STOCKHOLM, Live, Visit


def lines(live: Live, visit: Visit, path: str = "/p/mentor/e/workshop/", **who: object) -> list[str]:
    tab = visit(**who)
    tab.page.goto(f"{live.server.url}{path}")
    assert tab.complaints == []
    return [text.replace("\u2009", " ") for text in tab.page.locator(".local-time").all_text_contents()]


@pytest.mark.parametrize(
    ("language", "zone", "line"),
    [
        ("en-GB", NEW_YORK, "Where you are: Monday 9 November, 12:00–14:00 (New York)"),
        ("en-US", NEW_YORK, "Where you are: Monday 9 November, 12:00–14:00 (New York)"),
        ("sv-SE", NEW_YORK, "Där du är: måndag 9 november 12:00–14:00 (New York)"),
        ("en-GB", "Australia/Adelaide", "Where you are: Tuesday 10 November, 03:30–05:30 (Adelaide)"),
    ],
)
def test_elsewhere_it_is_shown(live: Live, visit: Visit, language: str, zone: str, line: str) -> None:
    assert lines(live, visit, language=language, zone=zone) == [line]


@pytest.mark.parametrize("zone", [STOCKHOLM, "Europe/Berlin", "Africa/Lagos"])
def test_where_clocks_show_the_same_it_is_not(live: Live, visit: Visit, zone: str) -> None:
    assert lines(live, visit, zone=zone) == []


def test_over_midnight_both_days_are_named(live: Live, visit: Visit) -> None:
    (line,) = lines(live, visit, zone="Asia/Kolkata")
    assert "9 November" in line.replace("Monday ", "")
    assert "22:30" in line
    (line,) = lines(live, visit, zone="Asia/Karachi")
    assert ("22:00" in line, "00:00" in line, "10 November" in line) == (True, True, True)


def test_on_every_time_of_a_page_and_on_a_phone(live: Live, visit: Visit) -> None:
    assert len(lines(live, visit, "/p/mentor/", zone=NEW_YORK, width=PHONE)) == 3


def test_without_scripts_the_page_is_whole_without_it(live: Live, visit: Visit) -> None:
    assert lines(live, visit, zone=NEW_YORK, scripts=False) == []


def test_at_the_door_it_follows_where_one_is_today(live: Live, visit: Visit) -> None:
    """Axel lives in Stockholm, and is in New York this week."""
    at_home, away = (
        lines(live, visit, live.door("walk").removeprefix(live.server.url), language="sv-SE", zone=zone)
        for zone in (STOCKHOLM, NEW_YORK)
    )
    assert (at_home, away) == ([], ["Där du är: onsdag 11 november 04:00–04:45 (New York)"])
