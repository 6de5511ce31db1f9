"""What the client makes of Zoom's troubles: calls without an answer, refusals, and answers that cannot be read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.wrappers import Request, Response

from integrations.outcome import OutcomeUnknown, Retry
from integrations.zoom.errors import (
    BadCredentials,
    HostNotAllowed,
    HostQuota,
    Invalid,
    MissingScope,
    RateLimited,
    Unavailable,
)
from integrations.zoom.simulator import Strict
from tests.integrations.zoom.stage import HOST, Canned, Stage, wanted


@pytest.mark.parametrize(
    ("fault", "meetings"),
    [("500-after", 1), ("drop-after", 1), ("broken-json", 1), ("500-before", 0), ("hang", 0)],
)
def test_a_create_without_an_answer_may_have_happened_and_is_not_repeated(zoom: Stage, fault: str, meetings: int):
    list(zoom.client.scheduled(HOST))  # so that the token is there
    zoom.fault(fault)
    with pytest.raises(OutcomeUnknown):
        zoom.client.create(HOST, wanted())
    assert len(zoom.heard("POST /users/")) == 1
    assert len(zoom.simulator.meetings()) == meetings
    zoom.fault("")
    found = zoom.client.find(HOST, "7f6c1f0e")
    assert [meeting.zoom_id for meeting in found] == [meeting.id for meeting in zoom.simulator.meetings()]


@pytest.mark.parametrize("fault", ["500-after", "500-before", "drop-after", "hang", "broken-json"])
def test_calls_that_may_be_repeated_have_no_unknown_outcome(zoom: Stage, fault: str):
    made = zoom.client.create(HOST, wanted())
    zoom.fault(fault)
    calls: list[Callable[[], object]] = [
        lambda: zoom.client.get(made.zoom_id),
        lambda: zoom.client.update(made.zoom_id, wanted(minutes=60)),
        lambda: list(zoom.client.scheduled(HOST)),
    ]
    if fault != "broken-json":  # an empty answer cannot break
        calls.append(lambda: zoom.client.delete(made.zoom_id))
    for call in calls:
        with pytest.raises(Unavailable):
            call()


def test_nobody_there_means_nothing_done(zoom: Stage):
    zoom.client.create(HOST, wanted())
    away = zoom.another(api_url="http://127.0.0.1:9")
    with pytest.raises(Unavailable, match=r"could not be reached \(NewConnectionError\)"):
        away.create(HOST, wanted())


def test_the_refusals_of_zoom_have_names(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    zoom.fault("missing-scope")
    with pytest.raises(MissingScope, match="lacks meeting:write:meeting:admin;") as caught:
        zoom.client.create(HOST, wanted())
    assert caught.value.scopes == ("meeting:write:meeting:admin",)

    zoom.fault("429-second")
    with pytest.raises(RateLimited) as limited:
        zoom.client.get(made.zoom_id)
    assert limited.value.retry_at is not None
    assert timedelta(seconds=1) <= limited.value.retry_at - zoom.clock() <= timedelta(seconds=2)

    zoom.fault("429-day")
    with pytest.raises(HostQuota) as quota:
        zoom.client.create(HOST, wanted())
    assert quota.value.retry_at == datetime(2026, 11, 24, tzinfo=UTC)
    with pytest.raises(HostQuota):
        zoom.client.update(made.zoom_id, wanted(minutes=60))

    zoom.fault("")
    with pytest.raises(Invalid, match="timezone: Invalid parameter") as invalid:
        zoom.client.create(HOST, wanted(timezone="Europe/Nowhere"))
    assert list(invalid.value.fields) == ["timezone"]


def test_a_host_that_is_not_there_is_not_a_missing_meeting(stage: Callable[..., Stage]):
    zoom = stage(strict=Strict("acc", "id", "secret-of-the-client", frozenset({HOST})))
    zoom.client.create(HOST, wanted())
    for call in (zoom.client.create, lambda host, _: list(zoom.client.scheduled(host))):
        with pytest.raises(HostNotAllowed):
            call("host9@example.org", wanted())


def test_a_revoked_token_is_replaced_once_and_the_create_goes_through_once(zoom: Stage):
    zoom.client.create(HOST, wanted())
    zoom.simulator.revoke_tokens()
    zoom.client.create(HOST, wanted(reference="second"))
    assert zoom.simulator.tokens() == 2
    assert len(zoom.simulator.meetings()) == 2

    zoom.fault("401-once")
    for n in range(3):
        zoom.client.create(HOST, wanted(reference=f"more{n}"))
    assert len(zoom.simulator.meetings()) == 5


def test_a_token_refused_twice_is_a_matter_of_credentials(stage: Callable[..., Stage]):
    zoom = stage(Canned)
    zoom.simulator.prepared = lambda _: Response(
        '{"code": 124, "message": "Invalid access token."}', 401, content_type="application/json"
    )
    with pytest.raises(BadCredentials):
        zoom.client.create(HOST, wanted())
    assert zoom.simulator.tokens() == 2
    assert len(zoom.simulator.lines("POST /users/")) == 2


def test_settings_locked_by_the_account_are_told(stage: Callable[..., Stage], caplog: pytest.LogCaptureFixture):
    zoom = stage(Canned)
    answer = {"id": 81234567890, "join_url": "https://zoom.example/j/81234567890", "settings": {"waiting_room": True}}
    zoom.simulator.prepared = lambda _: Response(json.dumps(answer), 201, content_type="application/json")
    zoom.client.create(HOST, wanted())
    assert "kept waiting_room otherwise than asked in meeting 81234567890" in caplog.text


@pytest.mark.parametrize("body", ["", "[]", "null", "{}", '{"id": "x"}', '{"id": 81234567890}', "<xml/>", '{"a":"b"'])
def test_a_success_that_cannot_be_read(stage: Callable[..., Stage], body: str):
    zoom = stage(Canned)
    zoom.simulator.prepared = lambda _: Response(body, 201, content_type="application/json")
    with pytest.raises(OutcomeUnknown):
        zoom.client.create(HOST, wanted())
    with pytest.raises(Unavailable):
        zoom.client.get(81234567890)


@pytest.mark.parametrize("status", [302, 408, 500, 502, 503, 504])
def test_a_status_that_says_nothing_of_what_was_done(stage: Callable[..., Stage], status: int):
    zoom = stage(Canned)

    def answer(_: Request) -> Response:
        headers = {"Retry-After": "90", "Location": "/elsewhere"}
        return Response("<html>gateway</html>", status, headers, content_type="text/html")

    zoom.simulator.prepared = answer
    with pytest.raises(Retry) as caught:
        zoom.client.create(HOST, wanted())
    assert isinstance(caught.value, OutcomeUnknown) is (status != 302)
    if status != 408:
        with pytest.raises(Unavailable) as unavailable:
            zoom.client.get(81234567890)
        assert unavailable.value.retry_at == zoom.clock() + timedelta(seconds=90)
