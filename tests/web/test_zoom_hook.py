"""Zoom's webhooks, as bytes that come in over HTTP: what is not from Zoom, not news or not about us changes nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from integrations.zoom.webhook import proof, signature
from scheduler.app import make_ear
from scheduler.db import Database
from scheduler.models import Attendance, Delivery, Receipt, ZoomMeeting
from scheduler.programme.pool import zoom_news
from scheduler.states import DeliveryState
from scheduler.web import LARGEST_FORM, create_web
from tests.builders import LINKS, NOW, a_meeting, a_pair, a_programme, some_hosts
from tests.web.conftest import SETTINGS, Clock
from tests.web.world import everything

SECRET = "the secret of our webhooks"
ZOOM_ID = 85_393_847_045
RUN = "jUh5o3dKQIytvcsfTtKBlg=="
MENTOR = "maria.mentor@example.org"
START = NOW + timedelta(days=7)
Data = dict[str, Any]


class Hook:
    """Our address as Zoom sees it, and what stands behind it."""

    def __init__(self, database: Database, *, secret: str = SECRET) -> None:
        self.database, self.clock = database, Clock()
        self.clock.now = START
        self.app = create_web(SETTINGS, database, LINKS, self.clock, hear_zoom=make_ear(secret))

    def post(self, body: bytes, headers: dict[str, str]) -> TestResponse:
        return self.app.test_client().post(f"{LINKS.base_url}/hooks/zoom", data=body, headers=headers)

    def tell(self, data: object, **signing: Any) -> int:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        return self.post(body, self.signed(body, **signing)).status_code

    def signed(self, body: bytes, *, age: timedelta = timedelta(0), secret: str = SECRET) -> dict[str, str]:
        stamp = str(int((self.clock.now - age).timestamp()))
        return {
            "x-zm-request-timestamp": stamp,
            "x-zm-signature": signature(secret, stamp, body),
            "Content-Type": "application/json",
        }

    def row(self) -> ZoomMeeting:
        with self.database.reading() as session:
            return session.scalars(select(ZoomMeeting)).one()

    def stays(self) -> list[Attendance]:
        with self.database.reading() as session:
            return list(session.scalars(select(Attendance).order_by(Attendance.id)))


@pytest.fixture
def hook(database: Database) -> Hook:
    """Maria and Emil's meeting, which Zoom knows; it begins now."""
    with database.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)), days=7)
        session.scalars(select(ZoomMeeting)).one().zoom_id = ZOOM_ID
    return Hook(database)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def news(name: str, *, after: float = 0, number: object = ZOOM_ID, uuid: object = RUN, **about: object) -> Data:
    """An event of Zoom's, so many minutes after the start of the meeting."""
    at = START + timedelta(minutes=after)
    body = {"id": number, "uuid": uuid, "start_time": stamp(START), **about}
    return {"event": name, "event_ts": int(at.timestamp() * 1000), "payload": {"account_id": "a", "object": body}}


def came(*, after: float = 0, who: str = "16778240", email: object = "", **about: object) -> Data:
    at = stamp(START + timedelta(minutes=after))
    person = {"user_id": who, "user_name": "Maria with a name", "email": email, "join_time": at}
    return news("meeting.participant_joined", after=after, participant=person, **about)


def left(*, after: float, who: str = "16778240", email: object = "", **about: object) -> Data:
    at = stamp(START + timedelta(minutes=after))
    person = {"user_id": who, "user_name": "Maria with a name", "email": email, "leave_time": at}
    return news("meeting.participant_left", after=after, participant=person, **about)


def started(*, after: float = 0, **about: object) -> Data:
    return news("meeting.started", after=after, **about)


def ended(*, after: float = 40, **about: object) -> Data:
    return news("meeting.ended", after=after, end_time=stamp(START + timedelta(minutes=after)), **about)


class TestWhoMaySpeak:
    def test_zoom_is_shown_that_the_address_is_ours(self, hook: Hook) -> None:
        body = json.dumps({"event": "endpoint.url_validation", "event_ts": 1, "payload": {"plainToken": "pl"}}).encode()
        before = everything(hook.database)
        answer = hook.post(body, hook.signed(body))
        assert (answer.status_code, answer.json) == (200, {"plainToken": "pl", "encryptedToken": proof(SECRET, "pl")})
        assert hook.post(body, hook.signed(body, secret="another")).status_code == 401, "to nobody else"
        assert everything(hook.database) == before

    def test_where_no_secret_is_set_there_is_no_such_address(self, hook: Hook) -> None:
        silent = Hook(hook.database, secret="")
        assert silent.tell(started(), secret="") == 404
        assert silent.tell(started()) == 404
        assert hook.row().live_since is None

    @pytest.mark.parametrize(
        ("how", "status"),
        [
            ("unsigned", 401), ("signed with another secret", 401), ("signed with nothing", 401),
            ("another body", 401), ("one byte more", 401), ("signature in capitals", 401), ("no stamp", 401),
            ("a stamp that is no number", 401), ("a stamp far beyond numbers", 401), ("two hours and more old", 401),
            ("ten minutes ahead", 401), ("another stamp", 401), ("words instead of letters", 401), ("as it is", 200),
        ],
    )  # fmt: skip
    def test_what_is_forged_or_stale_changes_nothing(self, hook: Hook, how: str, status: int) -> None:
        """The last one is the control: the same bytes, as Zoom signs them, do change something."""
        body = json.dumps(started()).encode()
        good = hook.signed(body)
        headers = {
            "unsigned": {},
            "signed with another secret": hook.signed(body, secret="another"),
            "signed with nothing": hook.signed(body, secret=""),
            "another body": hook.signed(body.replace(b"started", b"ended")),
            "one byte more": hook.signed(body + b" "),
            "signature in capitals": {**good, "x-zm-signature": good["x-zm-signature"].upper()},
            "no stamp": {"x-zm-signature": good["x-zm-signature"]},
            "a stamp that is no number": {**good, "x-zm-request-timestamp": "today"},
            "a stamp far beyond numbers": {**good, "x-zm-request-timestamp": "9" * 400},
            "two hours and more old": hook.signed(body, age=timedelta(hours=2, seconds=1)),
            "ten minutes ahead": hook.signed(body, age=-timedelta(minutes=10)),
            "another stamp": {**good, "x-zm-request-timestamp": str(int(good["x-zm-request-timestamp"]) - 1)},
            "words instead of letters": {**good, "x-zm-signature": "v0=åäö"},
            "as it is": good,
        }[how]
        before = everything(hook.database)
        assert hook.post(body, headers).status_code == status
        assert (everything(hook.database) == before) is (status == 401)

    def test_a_form_of_our_own_site_is_no_way_in(self, hook: Hook) -> None:
        client = hook.app.test_client()
        for address in ("/hooks/zoom", "/hooks/zoom?event=meeting.started"):
            answer = client.post(LINKS.base_url + address, data={"event": "meeting.started"})
            assert answer.status_code == 401
        assert client.get(f"{LINKS.base_url}/hooks/zoom").status_code == 405


class TestWhatIsNoNews:
    @pytest.mark.parametrize(
        "data",
        [
            started(number=ZOOM_ID + 1), started(number="no number"), started(number=None), started(number=10**30),
            {**started(), "event": "meeting.started2"}, {**started(), "event": "recording.completed"},
            {**started(), "event": ["meeting.started"]}, came(number=1), news("meeting.participant_joined"),
            news("meeting.participant_left", participant={}), came(who=""), came(uuid=""), came(uuid="\x00"),
            {**started(), "event_ts": int((START + timedelta(days=400)).timestamp() * 1000)},
        ],
    )  # fmt: skip
    def test_what_is_about_nothing_of_ours_is_answered_and_forgotten(self, hook: Hook, data: Data) -> None:
        before = everything(hook.database)
        assert hook.tell(data) == 200
        found = everything(hook.database)
        assert {**found, "receipt": []} == before, "a receipt of a sound event at most"
        assert hook.tell(started()) == 200
        assert hook.row().live_since == START, "the control"

    def test_what_is_made_anew_while_its_news_waits_is_nothing_of_ours_any_more(self, hook: Hook, monkeypatch) -> None:
        before = everything(hook.database)
        monkeypatch.setattr(zoom_news, "matters", lambda session, news: True)  # it did when we looked
        assert hook.tell(started(number=ZOOM_ID + 1)) == 200
        assert everything(hook.database) == before

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"{", b"null", b"[]", b"7", b'"x"', b"{}", b'{"event": "meeting.started"}', b"\xff\xfe\x00",
            b"[" * 90_000,
            b'{"event": "meeting.started", "event_ts": "soon", "payload": {}}',
            b'{"event": "meeting.started", "event_ts": 1e999, "payload": {}}',
            b'{"event": "meeting.started", "event_ts": NaN, "payload": {}}',
            b'{"event": "meeting.started", "event_ts": 1' + b"0" * 5000 + b', "payload": {}}',
            b'{"event": "meeting.started", "event_ts": -1' + b"0" * 20 + b', "payload": {"object": {"id": 7}}}',
            b'{"event": "meeting.started", "event_ts": 1, "payload": {"object": []}}',
            b'{"event": "meeting.started", "event_ts": 1, "payload": {"object": {"start_time": "99999-01-01Z"}}}',
            b'{"event": "\\ud800", "event_ts": 1, "payload": {"object": {"id": 7}}}',
        ],
    )  # fmt: skip
    def test_what_zoom_signs_and_nobody_understands_is_a_bad_request(self, hook: Hook, body: bytes) -> None:
        before = everything(hook.database)
        assert hook.tell(body) in {200, 400}
        assert everything(hook.database) == before

    def test_what_is_huge_is_refused_unread(self, hook: Hook) -> None:
        before = everything(hook.database)
        data = {**started(), "padding": "x" * LARGEST_FORM}
        assert hook.tell(data) == 413
        assert everything(hook.database) == before
        data["padding"] = "x" * (LARGEST_FORM // 2)
        assert hook.tell(data) == 200
        assert hook.row().live_since == START, "the control: a long one is read"


class TestOnceAndInAnyOrder:
    def test_a_replayed_one_is_taken_once(self, hook: Hook) -> None:
        for data in (started(), came(), ended()):
            assert hook.tell(data) == 200
            once = everything(hook.database)
            for _ in range(3):
                assert hook.tell(data) == 200
                assert hook.tell({**data, "padding": "other bytes"}) == 200, "a copy, if its bytes are not the same"
                assert everything(hook.database) == once

    def test_what_is_older_changes_nothing_of_what_is_newer(self, hook: Hook) -> None:
        hook.clock.now = START + timedelta(minutes=60)
        assert [hook.tell(ended()), hook.tell(started())] == [200, 200]
        assert (hook.row().live_since, hook.row().ended_at) == (None, START + timedelta(minutes=40))
        again = START + timedelta(minutes=50)
        assert hook.tell(started(after=50, start_time=stamp(again))) == 200
        assert (hook.row().live_since, hook.row().ended_at) == (again, None)

    def test_with_the_guard_off_the_same_order_would_have_it_begin_after_its_end(self, hook: Hook, monkeypatch) -> None:
        """The control."""
        monkeypatch.setattr(zoom_news, "_is_newer", lambda row, news: True)
        hook.clock.now = START + timedelta(minutes=60)
        assert [hook.tell(ended()), hook.tell(started())] == [200, 200]
        assert hook.row().live_since == START

    def test_a_stay_is_one_row_whether_its_end_or_its_beginning_is_told_first(self, hook: Hook) -> None:
        hook.clock.now = START + timedelta(minutes=60)
        for data in (left(after=30, email=MENTOR.upper()), came(after=1, email=MENTOR)):
            assert hook.tell(data) == 200
        assert hook.tell(came(after=2, who="16779264")) == 200
        mentor, guest = hook.stays()
        assert (mentor.came_at, mentor.left_at) == (START + timedelta(minutes=1), START + timedelta(minutes=30))
        assert (mentor.source, guest.source, guest.left_at) == ("zoom", "zoom", None)
        with hook.database.reading() as session:
            person = session.get_one(Attendance, mentor.id).person
            assert person is not None
            assert person.email == MENTOR
        assert guest.person_id is None

    def test_of_guests_neither_name_nor_address_is_kept(self, hook: Hook, caplog) -> None:
        caplog.set_level("DEBUG")
        for data in (came(email="foreign@elsewhere.example"), left(after=3, email="foreign@elsewhere.example")):
            hook.clock.now = START + timedelta(minutes=3)
            assert hook.tell(data) == 200
        assert len(hook.stays()) == 1
        kept = repr(everything(hook.database)) + caplog.text
        assert not [word for word in ("foreign", "Maria with a name", SECRET) if word in kept]

    def test_a_host_of_the_pool_is_nobody_at_the_meeting(self, hook: Hook) -> None:
        assert hook.tell(came(email="zoom-1@example.org")) == 200
        assert hook.stays() == []


class TestChangesAtZoom:
    """They are looked at: what a webhook says of them changes nothing by itself."""

    def owed(self, hook: Hook) -> int:
        with hook.database.reading() as session:
            checks = select(Delivery).where(Delivery.kind == "CheckZoomMeeting", Delivery.state == "waiting")
            return len(session.scalars(checks).all())

    @pytest.mark.parametrize(
        "name", ["meeting.updated", "meeting.deleted", "meeting.permanently_deleted", "meeting.recovered"]
    )
    def test_make_us_ask_once(self, hook: Hook, name: str) -> None:
        before = everything(hook.database)
        assert hook.tell(news(name, operation="all")) == 200
        assert self.owed(hook) == 1
        assert hook.tell(news(name, operation="all")) == 200
        assert hook.tell(news(name, after=1, uuid="another==")) == 200
        assert self.owed(hook) == 1, "one question is enough for two events"
        found = everything(hook.database)
        assert {name for name in found if found[name] != before[name]} == {"delivery", "receipt"}

    def test_are_no_news_once_zoom_was_looked_at_since(self, hook: Hook) -> None:
        """Our own changes come back as events: what Zoom keeps otherwise than we ask must not go round."""
        with hook.database.writing() as session:
            session.get_one(ZoomMeeting, 1).seen_at = START + timedelta(seconds=30)
        assert (hook.tell(news("meeting.updated")), self.owed(hook)) == (200, 0)
        assert (hook.tell(news("meeting.updated", after=1)), self.owed(hook)) == (200, 1)

    def test_without_receipts_a_replayed_one_would_make_us_ask_again(self, hook: Hook, monkeypatch) -> None:
        """The control of the test above and of that of replays: what keeps a copy from being taken is its receipt."""
        told = news("meeting.deleted")
        assert hook.tell(told) == 200
        with hook.database.writing() as session:
            session.scalars(
                select(Delivery).where(Delivery.kind == "CheckZoomMeeting")
            ).one().state = DeliveryState.DONE
        assert (hook.tell(told), self.owed(hook)) == (200, 0)
        monkeypatch.setattr(zoom_news, "_is_first", lambda session, news, now: True)
        assert (hook.tell(told), self.owed(hook)) == (200, 1)

    def test_are_of_no_matter_where_none_is_wanted_or_it_is_over(self, hook: Hook) -> None:
        hook.clock.now = START + timedelta(minutes=50)
        assert hook.tell(news("meeting.deleted")) == 200
        hook.clock.now = START
        with hook.database.writing() as session:
            session.scalars(select(ZoomMeeting)).one().wanted = False
        assert hook.tell(news("meeting.deleted", after=1)) == 200, "an echo of what we did ourselves"
        assert self.owed(hook) == 0


class TestReceipts:
    def test_are_let_go_of_when_nothing_of_that_age_is_believed_any_more(self, hook: Hook) -> None:
        assert hook.tell(started()) == 200
        with hook.database.writing() as session:
            session.add(Receipt(key="mail/abc", received_at=START - timedelta(days=400)))
        for now, expected in ((START + timedelta(hours=23), 2), (START + timedelta(days=1, hours=1), 1)):
            with hook.database.writing() as session:
                zoom_news.forget_receipts(session, now=now)
            with hook.database.reading() as session:
                assert len(session.scalars(select(Receipt)).all()) == expected


@contextmanager
def writes(database: Database) -> Iterator[list[str]]:
    """The statements that begin a transaction which may write, or write."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE")):
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_the_rest_of_a_busy_account_does_not_queue_up_to_write(hook: Hook) -> None:
    with writes(hook.database) as found:
        assert hook.tell(started(number=1)) == 200
        assert hook.tell({**started(), "event": "meeting.created"}) == 200
        assert found == []
        assert hook.tell(started()) == 200
        assert found != []
