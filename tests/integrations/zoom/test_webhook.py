"""What Zoom posts to us: recorded bytes with their signatures, and everything that is not quite that."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.zoom.webhook import Challenge, Forged, Malformed, ZoomEvent, read, signature

SECRET = "the secret of our webhooks"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def fixtures(contracts: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((contracts / "zoom-fixtures.json").read_text(encoding="utf-8"))["fixtures"]
    return found


def signed(body: bytes, *, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {"x-zm-request-timestamp": stamp, "x-zm-signature": signature(secret, stamp, body)}


def heard(data: object, *, now: datetime = NOW) -> ZoomEvent | Challenge:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return read(body, signed(body, at=now), secret=SECRET, now=now)


def event(name: str = "meeting.started", **about: object) -> dict[str, Any]:
    return {"event": name, "event_ts": 1795435200000, "payload": {"account_id": "a", "object": {"id": 7, **about}}}


def recorded(fixtures: dict[str, Any], name: str) -> tuple[bytes, dict[str, str], str, datetime]:
    found = fixtures[name]
    sent = datetime.fromtimestamp(int(found["headers"]["x-zm-request-timestamp"]), UTC)
    return found["raw_body"].encode(), found["headers"], found["secret_token"], sent


def test_a_recorded_validation_gets_the_recorded_answer(fixtures):
    body, headers, secret, sent = recorded(fixtures, "webhook_url_validation_signed")
    answer = read(body, headers, secret=secret, now=sent)
    assert answer == Challenge(fixtures["webhook_url_validation_signed"]["expected_response"])


def test_recorded_bytes_keep_their_signature_where_a_round_trip_would_not(fixtures):
    body, headers, secret, sent = recorded(fixtures, "webhook_meeting_started_signed_non_ascii")
    found = read(body, headers, secret=secret, now=sent)
    assert isinstance(found, ZoomEvent)
    assert (found.name, found.zoom_id, found.uuid) == ("meeting.started", 85393847045, "jUh5o3dKQIytvcsfTtKBlg==")
    assert found.started_at == datetime(2024, 7, 11, 14, 12, 55, tzinfo=UTC)
    again = json.dumps(json.loads(body)).encode()
    with pytest.raises(Forged):
        read(again, headers, secret=secret, now=sent)


def test_every_sample_of_zooms_is_read(fixtures):
    names = [name for name in fixtures if name.startswith("webhook_meeting.")]
    assert len(names) >= 10
    for name in names:
        found = heard(fixtures[name]["body"])
        assert isinstance(found, ZoomEvent)
        assert found.name == fixtures[name]["body"]["event"]
        assert found.zoom_id == int(fixtures[name]["body"]["payload"]["object"]["id"])


def test_a_participant_is_an_address_a_stay_and_its_times(fixtures):
    came, left = (heard(fixtures[f"webhook_meeting.participant_{what}"]["body"]) for what in ("joined", "left"))
    assert isinstance(came, ZoomEvent)
    assert isinstance(left, ZoomEvent)
    assert came.participant is not None
    assert left.participant is not None
    assert came.participant.key == left.participant.key
    assert came.participant.email == "jchill@example.com"
    assert came.participant.joined_at == left.participant.left_at == datetime(2021, 7, 13, 21, 44, 51, tzinfo=UTC)
    assert (came.participant.left_at, left.participant.joined_at) == (None, None)
    assert "jchill" not in repr(came)


def test_copies_of_an_event_have_one_receipt_and_other_events_another():
    def receipt(**changed: Any) -> str:
        found = heard({**event(uuid="u", participant={"user_id": "1"}), **changed})
        assert isinstance(found, ZoomEvent)
        return found.receipt

    assert receipt() == receipt()
    others = {
        receipt(event="meeting.ended"),
        receipt(event_ts=1795435200001),
        receipt(payload=event(uuid="v", participant={"user_id": "1"})["payload"]),
        receipt(payload=event(uuid="u", participant={"user_id": "2"})["payload"]),
        receipt(),
    }
    assert len(others) == 5


FORGERIES: dict[str, Callable[[bytes], dict[str, str]]] = {
    "no headers": lambda body: {},
    "no signature": lambda body: {"x-zm-request-timestamp": signed(body)["x-zm-request-timestamp"]},
    "no timestamp": lambda body: {"x-zm-signature": signed(body)["x-zm-signature"]},
    "another secret": lambda body: signed(body, secret="guessed"),
    "another body": lambda body: signed(body + b" "),
    "another time": lambda body: {**signed(body), "x-zm-request-timestamp": str(int(NOW.timestamp()) + 1)},
    "a timestamp that is none": lambda body: {
        "x-zm-request-timestamp": "soon", "x-zm-signature": signature(SECRET, "soon", body)
    },
    "digits of another script": lambda body: {
        "x-zm-request-timestamp": "١٢٣", "x-zm-signature": signature(SECRET, "١٢٣", body)
    },
    "a signature of other letters": lambda body: {**signed(body), "x-zm-signature": "v0=åäö"},
    "a signature of broken letters": lambda body: {**signed(body), "x-zm-signature": "v0=\udcff"},
    "without its version": lambda body: {**signed(body), "x-zm-signature": signed(body)["x-zm-signature"][3:]},
    "old": lambda body: signed(body, at=NOW - timedelta(hours=2, seconds=1)),
    "from the future": lambda body: signed(body, at=NOW + timedelta(minutes=5, seconds=1)),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGERIES)
def test_what_is_not_signed_by_zoom_lately_is_forged(how):
    body = json.dumps(event()).encode()
    with pytest.raises(Forged):
        read(body, FORGERIES[how](body), secret=SECRET, now=NOW)


def test_without_a_secret_nothing_is_believed():
    body = json.dumps(event()).encode()
    with pytest.raises(Forged):
        read(body, signed(body, secret=""), secret="", now=NOW)


def test_the_last_retry_of_zooms_is_still_taken():
    body = json.dumps(event()).encode()
    assert isinstance(read(body, signed(body), secret=SECRET, now=NOW + timedelta(minutes=90)), ZoomEvent)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b"{", b"\xff\xfe", b'"event"', b"[" * 100_000,
        {"event": "meeting.started"}, {"event": "meeting.started", "event_ts": "soon", "payload": {}},
        {"event": "meeting.started", "event_ts": 10**30, "payload": {}},
        {"event": "meeting.started", "event_ts": 1, "payload": []},
        {"event": "meeting.started", "event_ts": 1, "payload": {"object": [1]}},
        {"event": "meeting.started", "event_ts": 1, "payload": {"object": {"id": 7, "start_time": "2026-99-99Z"}}},
        {"event": "endpoint.url_validation", "event_ts": 1, "payload": {}},
        {"event": "endpoint.url_validation", "event_ts": 1, "payload": None},
    ],
)  # fmt: skip
def test_what_is_signed_and_makes_no_sense_is_malformed(data):
    with pytest.raises(Malformed):
        heard(data)


@pytest.mark.parametrize("number", [None, "", "abc", "-7", 10**30, [1], {}])
def test_an_event_of_no_meeting_is_of_none(number):
    found = heard(event(id=number))
    assert isinstance(found, ZoomEvent)
    assert found.zoom_id is None
