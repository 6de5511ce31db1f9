"""What Zoom hands out and nobody may have, `start_url` and access tokens, is nowhere after a run of everything."""

import json
import logging
import re
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from integrations.zoom.simulator import Simulator
from integrations.zoom.webhook import signature
from scheduler.app import make_ear
from scheduler.models import Meeting, Pair, Person, Seat, ZoomMeeting
from scheduler.programme import access
from scheduler.programme.events import events
from scheduler.programme.pairs import meetings
from scheduler.programme.people import sign_ins
from scheduler.states import EventState
from scheduler.web import create_web
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_person, a_programme, an_event, some_hosts
from tests.web.conftest import SETTINGS
from tests.web.world import everything
from tests.world import Installation, payload_of

SECRET = re.compile(rb"simulated\.[0-9a-z]*|zak=|start_url|[Bb]earer ")
GIVEN = re.compile(r"simulated\.[0-9a-f]+")
MOST_PAGES = 80
WEBHOOKS = "the secret of our webhooks"
COORDINATOR = "coordinator@example.org"
FAULTS = (
    "500-before", "500-after", "drop-after", "429-second", "429-concurrent", "401-once", "missing-scope", "broken-json",
    "404-false",
)  # fmt: skip


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The secrets that the stand-in has handed out."""
    found: set[str] = set()
    answer = Simulator.answer

    def noting(self: Simulator, request: Request) -> Response:
        response = answer(self, request)
        found.update(GIVEN.findall(response.get_data(as_text=True)))
        return response

    monkeypatch.setattr(Simulator, "answer", noting)
    return found


def run(house: Installation, *, mentee: str = "Emil Mentee", faults: tuple[str, ...] = FAULTS) -> None:
    """Meetings and an event are made, moved and cancelled, well and while Zoom fails."""
    with house.database.writing() as session:
        some_hosts(session, 2, 2)
        programme = a_programme(session)
        access.grant_coordinator(session, COORDINATOR, programme=programme, department=None, by="", now=NOW)
        events.publish(session, an_event(session, programme, state=EventState.DRAFT), by="", now=NOW)
        pair = a_pair(session, programme, a_person(session, "Maria Mentor"), a_person(session, mentee))
        a_meeting(session, pair)
    house.work()
    for number, fault in enumerate(faults):
        house.zoom.set_faults({fault: 1})
        with house.database.writing() as session:
            moved = session.get_one(Meeting, 1)
            to = NOW + timedelta(days=8 + number)
            meetings.reschedule(session, moved, starts_at=to, minutes=45, now=house.clock.now)
            a_meeting(session, session.get_one(Pair, 1), days=20 + number)
        house.worker.drain()
        house.zoom.set_faults({})
        house.work()
    with house.database.writing() as session:
        meetings.cancel(session, session.get_one(Meeting, 2), now=house.clock.now)
    house.work()


def be_told(house: Installation) -> None:
    """Zoom's news of a meeting, which hold more than they should."""
    with house.database.reading() as session:
        zoom_id = session.get_one(ZoomMeeting, 1).zoom_id
    about = {"id": zoom_id, "uuid": "run", "start_url": f"https://zoom.us/s/{zoom_id}?zak=simulated.told"}
    for name in ("meeting.updated", "meeting.started", "meeting.nonsense"):
        at = int(house.clock.now.timestamp())
        event = {"event": name, "event_ts": at * 1000, "payload": {"account_id": "a", "object": about}}
        body = json.dumps(event).encode()
        headers = {"x-zm-request-timestamp": str(at), "x-zm-signature": signature(WEBHOOKS, str(at), body)}
        application = create_web(SETTINGS, house.database, LINKS, house.clock, hear_zoom=make_ear(WEBHOOKS))
        answer = application.test_client().post(f"{LINKS.base_url}/hooks/zoom", data=body, headers=headers)
        assert answer.status_code == 200


def pages(house: Installation) -> dict[str, bytes]:
    """All that a coordinator can come to by following links, the doors and the calendars."""
    browser = house.browser()
    with house.database.writing() as session:
        made = sign_ins.make(session, COORDINATOR, valid=timedelta(hours=1), now=house.clock.now)
        person = session.get_one(Person, 1)
        doors = [LINKS.door(seat.id, seat.door_generation) for seat in session.query(Seat)]
        waiting = [LINKS.sign_in(made.id, made.nonce), LINKS.feed(person.id, person.feed_generation), *doors]
    csrf = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(waiting[0]).text)
    browser.post(waiting[0], data={"csrf_token": csrf[-1]}, headers={"Referer": waiting[0]})
    waiting.append(f"{LINKS.base_url}/c/mentor/")
    found: dict[str, bytes] = {}
    while waiting and len(found) < MOST_PAGES:
        address = waiting.pop(0)
        if address not in found and "/static/" not in address:
            answer = browser.get(address, buffered=True)
            found[address] = answer.data.replace(b"\r\n ", b"") + str(answer.headers).encode()
            links = [urljoin(address, link) for link in re.findall(r'href="([^"#]+)', answer.text)]
            waiting += [link for link in links if urlsplit(link).netloc == urlsplit(LINKS.base_url).netloc]
    return found


def holding(house: Installation, log: str) -> dict[str, set[bytes]]:
    """The places that hold a secret, each with what was found."""
    mails = [payload_of(part) for mail in house.post.mails() for part in mail.walk() if not part.is_multipart()]
    raw = [content for _, content in house.post.received]
    shown = pages(house)
    assert len(shown) > 40
    places = {
        "database": repr(everything(house.database)).encode(),
        "log": log.encode(),
        "mails": b"\n".join([*raw, *mails]).replace(b"\r\n ", b""),
        "pages": b"\n".join(shown.values()),
    }
    return {name: set(SECRET.findall(text)) for name, text in places.items() if SECRET.search(text)}


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def test_they_are_nowhere_after_a_run_of_everything(
    house: Installation, given: set[str], everything_logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(house)
    be_told(house)
    monkeypatch.setattr("integrations.zoom.meetings._moment", explode)
    with house.database.writing() as session:
        a_meeting(session, session.get_one(Pair, 1), days=40)
    house.worker.drain()
    assert "a bug" in everything_logged.text
    assert len(given) > 10, "the stand-in has handed out tokens and start_urls"
    assert holding(house, everything_logged.text) == {}


def explode(_value: object) -> None:
    raise RuntimeError("a bug where Zoom's answer is read")


def test_the_search_finds_one_wherever_it_is(house: Installation, everything_logged: pytest.LogCaptureFixture) -> None:
    """The control."""
    run(house, mentee="Emil simulated.planted", faults=("500-before",))
    logging.getLogger("scheduler.anything").debug("Authorization: Bearer %s", "simulated.planted")
    found = holding(house, everything_logged.text)
    assert found.keys() == {"database", "log", "mails", "pages"}
    assert all(b"simulated.planted" in each for each in found.values())
