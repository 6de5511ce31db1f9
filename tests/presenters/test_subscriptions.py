"""The ways to subscribe to a feed."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from scheduler.presenters.subscriptions import Subscription

ADDRESS = "https://traff.example.org/feeds/1-1-abcdefghijklmnopqrstuvwxyz234567.ics"
FEED = Subscription(ADDRESS, "Möten & annat")


@pytest.mark.parametrize(
    ("address", "webcal"),
    [
        (ADDRESS, "webcal://traff.example.org/feeds/1-1-abcdefghijklmnopqrstuvwxyz234567.ics"),
        ("http://127.0.0.1:8000/f.ics?to=https:", "webcal://127.0.0.1:8000/f.ics?to=https:"),
    ],
)
def test_webcal_is_for_calendar_programs(address: str, webcal: str) -> None:
    assert Subscription(address, "x").webcal == webcal


def test_calendars_on_the_web_are_told_the_whole_address_and_the_name() -> None:
    google, outlook, office = (urlsplit(each) for each in (FEED.google, FEED.outlook, FEED.office))
    assert (google.netloc, parse_qs(google.query)) == ("calendar.google.com", {"cid": [FEED.webcal]})
    assert parse_qs(outlook.query) == parse_qs(office.query) == {"url": [ADDRESS], "name": ["Möten & annat"]}
    assert (outlook.netloc, office.netloc) == ("outlook.live.com", "outlook.office.com")


def test_the_code_is_shapes_alone() -> None:
    """style-src 'self' forbids styles in an element, script-src scripts; and nothing is fetched."""
    assert set(re.findall(r"<(\w+)", FEED.qr)) == {"svg", "g", "path"}
    assert set(re.findall(r'([\w:-]+)="', FEED.qr)) <= {"width", "height", "class", "transform", "fill", "stroke", "d"}


def test_the_code_is_of_the_address() -> None:
    assert FEED.qr == Subscription(ADDRESS, "another name").qr
    assert FEED.qr != Subscription(ADDRESS.replace("567", "234"), FEED.name).qr
