"""Bodies recorded from Zoom, and worse ones, as the client reads them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Response

from integrations.outcome import OutcomeUnknown, Rejected, Retry
from integrations.zoom.answers import retry_after
from integrations.zoom.errors import (
    BadCredentials,
    HostNotAllowed,
    HostQuota,
    Invalid,
    MissingScope,
    NotFound,
    RateLimited,
    Unavailable,
)
from tests.crowds import PATIENCE
from tests.integrations.zoom.stage import HOST, Canned, Clock, Stage, wanted

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
ID = 92674392836


@pytest.fixture
def recorded(contracts: Path, stage: Callable[..., Stage]) -> Callable[[str], Stage]:
    """Zoom as it answered when a body of the fixtures was recorded."""
    fixtures = json.loads((contracts / "zoom-fixtures.json").read_text())["fixtures"]

    def make(name: str) -> Stage:
        zoom = stage(Canned)
        zoom.simulator.prepared = lambda _: _response(fixtures[name])
        return zoom

    return make


def _response(fixture: dict[str, Any]) -> Response:
    text = fixture.get("raw_body") or ("" if "body" not in fixture else json.dumps(fixture["body"]))
    return Response(text, fixture["status"], fixture.get("headers"), content_type="application/json")


def answering(stage: Callable[..., Stage], status: int, body: object, **headers: str) -> Stage:
    text = body if isinstance(body, str) else json.dumps(body)
    zoom = stage(Canned)
    zoom.simulator.prepared = lambda _: Response(
        text, status, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    return zoom


@pytest.mark.parametrize(
    ("name", "of_host", "of_meeting"),
    [
        ("error_401_invalid_token", BadCredentials, BadCredentials),
        ("error_401_expired_token", BadCredentials, BadCredentials),
        ("error_400_missing_scope", MissingScope, MissingScope),
        ("error_malformed_json_scope", MissingScope, MissingScope),
        ("error_404_meeting", Rejected, NotFound),
        ("error_404_meeting_localised", Rejected, NotFound),
        ("error_404_user", HostNotAllowed, NotFound),
        ("error_400_invalid_user", HostNotAllowed, NotFound),
        ("error_400_validation", Invalid, Invalid),
        ("error_400_bad_json", Invalid, Invalid),
        ("error_400_not_allowed_host", HostNotAllowed, Rejected),
        ("error_400_schedule_for", HostNotAllowed, Rejected),
        ("error_400_is_webinar", HostNotAllowed, Rejected),
        ("error_429_daily_per_user", HostQuota, HostQuota),
        ("error_429_daily_account", RateLimited, RateLimited),
        ("error_429_qps", RateLimited, RateLimited),
        ("error_429_concurrent", RateLimited, RateLimited),
    ],
)
def test_recorded_refusals_are_read_by_status_and_code(recorded, name, of_host, of_meeting):
    zoom = recorded(name)
    with pytest.raises((Retry, Rejected)) as caught:
        zoom.client.create(HOST, wanted())
    assert type(caught.value) is of_host
    with pytest.raises((Retry, Rejected)) as caught:
        zoom.client.get(ID)
    assert type(caught.value) is of_meeting
    assert len(str(caught.value)) < 250


def test_recorded_meetings_are_read(recorded):
    for name, number in (("get_meeting_200", 97763643886), ("create_meeting_201", ID)):
        meeting = recorded(name).client.get(number)
        assert meeting.zoom_id == number
        assert meeting.uuid == "aDYlohsHRtCd4ii1uC2+hA=="
        assert meeting.starts_at == datetime(2022, 3, 25, 7, 29, 29, tzinfo=UTC)
        assert (meeting.minutes, meeting.topic, meeting.reference) == (60, "My Meeting", None)
        assert (meeting.join_url, meeting.passcode) == ("https://example.com/j/11111", "123456")
    (listed, *_) = recorded("list_meetings_200").client.scheduled(HOST)
    assert (listed.zoom_id, listed.passcode) == (97763643886, "")


def test_a_recorded_deletion_is_done(recorded):
    recorded("delete_meeting_204").client.delete(ID)
    recorded("error_404_meeting_localised").client.delete(ID)


def test_the_missing_scopes_are_read_out_of_json_that_is_none(recorded):
    with pytest.raises(MissingScope) as caught:
        recorded("error_malformed_json_scope").client.get(ID)
    assert caught.value.scopes == ("zoom_events_basic:read", "zoom_events_basic:read:admin")


def test_the_fields_of_a_recorded_validation_are_kept(recorded):
    with pytest.raises(Invalid, match=r"settings\.jbh_time: Invalid parameter: jbh_time\.") as caught:
        recorded("error_400_validation").client.create(HOST, wanted())
    assert caught.value.fields == {"settings.jbh_time": "Invalid parameter: jbh_time."}


def test_the_limits_of_a_second_and_of_a_day_are_told_apart(recorded):
    def until(name: str) -> datetime:
        with pytest.raises(Retry) as caught:
            recorded(name).client.create(HOST, wanted())
        assert caught.value.retry_at
        return caught.value.retry_at

    assert until("error_429_daily_per_user") == MIDNIGHT
    assert timedelta(seconds=1) <= until("error_429_qps") - NOW <= timedelta(seconds=2)
    assert timedelta(seconds=1) <= until("error_429_concurrent") - NOW <= timedelta(seconds=2)
    assert until("error_429_daily_account") == NOW + timedelta(seconds=1)  # recorded in 2020


@pytest.mark.parametrize(
    ("headers", "error", "until"),
    [
        ({"X_RateLimit_Type": "Daily-limit", "X_RateLimit_Limit": "100"}, HostQuota, MIDNIGHT),
        ({"X_RateLimit_Type": "Daily-limit", "X_RateLimit_Limit": "30000"}, RateLimited, MIDNIGHT),
        (
            {"X_RateLimit_Type": "Daily-limit", "X_RateLimit_Limit": "6000", "Retry_After": "2026-11-23T18:30:00Z"},
            RateLimited,
            datetime(2026, 11, 23, 18, 30, tzinfo=UTC),
        ),
        ({"X_RateLimit_Type": "QPS", "Retry_After": "3"}, RateLimited, NOW + timedelta(seconds=3)),
        ({"Retry_After": "Mon, 23 Nov 2026 12:00:05 GMT"}, RateLimited, NOW + timedelta(seconds=5)),
    ],
)
def test_a_limit_is_told_by_its_headers_where_the_text_is_foreign(stage, headers, error, until):
    zoom = answering(stage, 429, {"code": 429, "message": "Trop de requêtes"}, **headers)
    with pytest.raises(error) as caught:
        zoom.client.create(HOST, wanted())
    assert caught.value.retry_at == until


@pytest.mark.parametrize("body", ["", "<html>busy</html>", "[]", '{"code":'])
def test_a_limit_without_a_body_is_a_limit(stage, body):
    with pytest.raises(RateLimited):
        answering(stage, 429, body).client.get(ID)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, "<error><code>3001</code><message>Meeting does not exist</message></error>", NotFound),
        (404, '{"code": "3001"}', NotFound),
        (404, '{"code": 3001, "message": "does not "exist""}', NotFound),
        (400, '{"code": 124, "message": "Invalid access token."}', BadCredentials),
        (401, "", BadCredentials),
        (403, '{"code": 3038, "message": "Meeting is over"}', Rejected),
        (404, '{"code": 2300, "message": "This API endpoint is not recognized."}', Rejected),
        (400, '{"code": 300, "errors": "none"}', Invalid),
        (400, '{"code": 300, "errors": [1, {"field": "x"}]}', Invalid),
        (400, '{"code": 4700}', MissingScope),
        (400, "Bad Request", Unavailable),
        (404, "", Unavailable),
        (403, "\xff\xfe", Unavailable),
        (404, "[" * 100_000, Unavailable),
    ],
)
def test_broken_and_foreign_bodies_are_read_as_far_as_they_go(stage, status, body, error):
    with pytest.raises((Retry, Rejected)) as caught:
        answering(stage, status, body).client.get(ID)
    assert type(caught.value) is error


def test_a_message_of_zooms_is_shown_without_links_and_long_words(stage):
    told = "No: see https://zoom.us/s/1?zak=abc or " + "x" * 60
    with pytest.raises(Rejected) as caught:
        answering(stage, 400, {"code": 3038, "message": told}).client.get(ID)
    assert str(caught.value) == "Zoom refused (code 3038): No: see ... or ..."


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2026-11-23T12:00:30Z", 30),
        ("2026-11-23T12:00:30", 30),
        ("2026-11-23T13:00:30+01:00", 30),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("30", 30),
        (" 30 ", 30),
        ("0", 1),
        ("2020-05-31T00:00:00Z", 1),
        ("99999999", 86400),
        ("2099-01-01T00:00:00Z", 86400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
    ],
)
def test_a_retry_after_is_an_iso_date_an_http_date_or_seconds(value, seconds):
    assert retry_after(value, NOW) == (None if seconds is None else NOW + timedelta(seconds=seconds))


class Watching:
    """Everything that was logged, kept or raised, as one text."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def keep(self, call: Callable[[], object]) -> None:
        try:
            self.said.append(repr(call()))
        except (Retry, Rejected) as error:
            self._error(error)

    def _error(self, error: BaseException) -> None:
        self.said += [repr(error), repr(vars(error))]
        request = getattr(error, "request", None)
        if isinstance(request, requests.PreparedRequest):
            self.said.append(repr(request.headers))
        for other in (error.__cause__, error.__context__):
            if other is not None:
                self._error(other)
        self.said.append(repr(getattr(error, "doc", "")))  # a JSON error keeps the whole body


def test_nothing_kept_raised_or_logged_holds_a_token_or_a_way_to_be_host(stage, clock: Clock, caplog):
    caplog.set_level(0)
    zoom = stage()
    watching = Watching()
    made = zoom.client.create(HOST, wanted())
    assert not hasattr(made, "start_url")
    for fault in ("", *("500-after", "drop-after", "broken-json", "hang", "401-once", "429-day", "missing-scope")):
        zoom.fault(fault)
        watching.keep(lambda: zoom.client.create(HOST, wanted()))
        watching.keep(lambda: zoom.client.get(made.zoom_id))
        watching.keep(lambda: zoom.client.update(made.zoom_id, wanted(minutes=60)))
        watching.keep(lambda: list(zoom.client.scheduled(HOST)))
        watching.keep(lambda: zoom.client.find(HOST, "7f6c1f0e"))
    text = caplog.text + "".join(watching.said)
    assert "OutcomeUnknown" in text
    assert "Zoom answered 400, code 4711" in text
    for secret in ("simulated.", "zak", "start_url", "Bearer", "secret-of-the-client", "pwd=", made.passcode):
        assert secret not in text


def test_negative_control_of_the_watch(stage):
    zoom = answering(stage, 201, '{"start_url": "https://zoom.us/s/1?zak=abc"')
    watching = Watching()
    with pytest.raises(OutcomeUnknown):
        zoom.client.create(HOST, wanted())
    try:
        requests.get(f"{zoom.url}/users", headers={"Authorization": "Bearer x"}, timeout=PATIENCE).json()
    except ValueError as error:
        watching._error(error)
    assert "zak=abc" in "".join(watching.said)
