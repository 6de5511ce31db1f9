"""The client against the simulator over real HTTP: what comes of each call, also where it goes wrong on the way."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from werkzeug.wrappers import Request, Response

from integrations.outcome import OutcomeUnknown, Retry
from integrations.zoom import client as client_module
from integrations.zoom.client import RemoteMeeting
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
from integrations.zoom.simulator import Strict
from tests.integrations.zoom.stage import HOST, Canned, Clock, Stage, wanted


def test_a_meeting_is_made_as_wanted_and_for_a_host_who_is_not_there(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    (kept,) = zoom.simulator.meetings()
    assert made == RemoteMeeting(
        zoom_id=kept.id,
        uuid=kept.uuid,
        reference="7f6c1f0e",
        topic="Åsa and Li: första mötet",
        starts_at=datetime(2026, 12, 3, 17, 0, tzinfo=UTC),
        minutes=45,
        join_url=f"{zoom.url}/{kept.join_path()}",
        passcode=kept.password,
    )
    assert (kept.host, kept.agenda, kept.timezone, kept.type) == (HOST, "ref:7f6c1f0e", "Europe/Stockholm", 2)
    settings = {
        "join_before_host": True, "jbh_time": 10, "waiting_room": False, "meeting_authentication": False,
        "use_pmi": False, "approval_type": 2, "auto_recording": "none", "email_notification": False,
        "alternative_hosts_email_notification": False,
    }  # fmt: skip
    assert settings.items() <= kept.settings.items()
    assert zoom.client.get(made.zoom_id) == made


def test_the_start_goes_out_in_utc_whatever_its_zone(zoom: Stage):
    tokyo = timezone(timedelta(hours=9))
    made = zoom.client.create(HOST, wanted(starts_at=datetime(2026, 12, 4, 2, 0, tzinfo=tokyo)))
    assert made.starts_at == datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    assert made.starts_at.tzinfo == UTC


def test_topic_and_agenda_are_cut_by_character(zoom: Stage):
    zoom.client.create(HOST, wanted(topic="å" * 199 + "😀" + "x", description="ö" * 3000))
    (kept,) = zoom.simulator.meetings()
    assert kept.topic == "å" * 199 + "😀"
    assert len(kept.agenda) == 2000
    assert kept.agenda.startswith("ref:7f6c1f0e\n\nöö")


def test_a_naive_start_and_a_reference_that_could_not_be_found_again_are_bugs():
    with pytest.raises(ValueError, match="aware"):
        wanted(starts_at=datetime(2026, 12, 3, 17, 0))  # noqa: DTZ001
    for bad in ("", "two words", "x" * 201):
        with pytest.raises(ValueError, match="reference"):
            wanted(reference=bad)


def test_a_host_address_is_encoded_in_the_path(zoom: Stage):
    odd = "pool+1?b#c%41@example.org"
    zoom.client.create(odd, wanted())
    assert [meeting.host for meeting in zoom.simulator.meetings()] == [odd.lower()]
    assert len(list(zoom.client.scheduled(odd))) == 1


def test_a_changed_meeting_is_read_again_since_its_link_may_be_new(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    later = wanted(starts_at=datetime(2026, 12, 10, 16, 0, tzinfo=UTC), topic="Moved")
    changed = zoom.client.update(made.zoom_id, later)
    assert (changed.starts_at, changed.topic, changed.minutes) == (later.starts_at, "Moved", 45)
    assert (changed.zoom_id, changed.join_url) == (made.zoom_id, made.join_url)

    zoom.simulator.set_passcode(made.zoom_id, "other")
    changed = zoom.client.update(made.zoom_id, wanted(topic="Moved again"))
    assert changed.passcode == "other"
    assert changed.join_url != made.join_url


def test_an_update_sends_what_differs_and_nothing_twice(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    for _ in range(2):
        zoom.client.update(made.zoom_id, wanted(minutes=60))
    patches = [exchange.request for exchange in zoom.simulator.exchanges if exchange.request.method == "PATCH"]
    assert [json.loads(request.get_data()) for request in patches] == [{"duration": 60}]


def test_a_start_that_has_passed_is_not_sent(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    zoom.clock.now = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    assert zoom.client.update(made.zoom_id, wanted(topic="Too late")) == made
    assert zoom.simulator.lines("PATCH") == []


def test_a_meeting_that_is_gone_is_not_found_and_deleting_it_again_is_fine(zoom: Stage):
    made = zoom.client.create(HOST, wanted())
    zoom.client.delete(made.zoom_id)
    assert zoom.simulator.meetings() == []
    zoom.client.delete(made.zoom_id)
    with pytest.raises(NotFound):
        zoom.client.get(made.zoom_id)
    with pytest.raises(NotFound):
        zoom.client.update(made.zoom_id, wanted())


def test_a_delete_lets_zoom_mail_nobody(zoom: Stage):
    zoom.client.delete(zoom.client.create(HOST, wanted()).zoom_id)
    (line,) = zoom.simulator.lines("DELETE")
    assert line.endswith("?schedule_for_reminder=false&cancel_meeting_reminder=false")


def test_a_deletion_is_not_believed_of_something_that_is_not_zoom(stage: Callable[..., Stage]):
    zoom = stage(Canned)
    zoom.simulator.prepared = lambda _: Response("<h1>Not Found</h1>", 404, content_type="text/html")
    with pytest.raises(Unavailable, match="Something other than Zoom"):
        zoom.client.delete(81234567890)


def test_all_pages_are_listed(zoom: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "PAGE_SIZE", 2)
    made = {zoom.client.create(HOST, wanted(reference=f"r{n}")).zoom_id for n in range(5)}
    zoom.client.create("host2@example.org", wanted())
    listed = list(zoom.client.scheduled(HOST))
    assert {meeting.zoom_id for meeting in listed} == made
    assert {meeting.reference for meeting in listed} == {f"r{n}" for n in range(5)}
    assert len(zoom.simulator.lines("GET /users/")) == 3


def test_a_list_that_never_ends_ends(stage: Callable[..., Stage]):
    zoom = stage(Canned)
    page = {"meetings": [{"id": 81234567890, "topic": "Once more"}, "nonsense", {"id": "x"}], "next_page_token": "same"}
    zoom.simulator.prepared = lambda _: Response(json.dumps(page), content_type="application/json")
    assert [meeting.zoom_id for meeting in zoom.client.scheduled(HOST)] == [81234567890] * 2


def test_a_list_that_is_none_is_not_an_empty_one(stage: Callable[..., Stage]):
    zoom = stage(Canned)
    zoom.simulator.prepared = lambda _: Response("{}", content_type="application/json")
    with pytest.raises(Unavailable):
        list(zoom.client.scheduled(HOST))


def test_meetings_are_found_by_reference_whole_and_the_lowest_id_first(zoom: Stage):
    twice = [zoom.client.create(HOST, wanted()) for _ in range(2)]
    zoom.client.create(HOST, wanted(reference="7f6c1f0e2"))
    zoom.client.create(HOST, wanted(reference="other", description="ref:7f6c1f0e"))
    found = zoom.client.find(HOST, "7f6c1f0e")
    assert found == sorted(twice, key=lambda meeting: meeting.zoom_id)
    assert all(meeting.passcode for meeting in found)
    assert zoom.client.find(HOST, "nobody") == []


def test_a_meeting_that_is_listed_and_not_shown_is_not_taken_for_absent(zoom: Stage):
    zoom.client.create(HOST, wanted())
    zoom.fault("404-false")
    with pytest.raises(Unavailable):
        zoom.client.find(HOST, "7f6c1f0e")


@pytest.mark.parametrize(
    ("fault", "meetings"),
    [("500-after", 1), ("drop-after", 1), ("broken-json", 1), ("500-before", 0), ("hang", 0)],
)
def test_a_create_without_an_answer_may_have_happened_and_is_not_repeated(zoom: Stage, fault: str, meetings: int):
    list(zoom.client.scheduled(HOST))  # so that the token is there
    zoom.fault(fault)
    with pytest.raises(OutcomeUnknown):
        zoom.client.create(HOST, wanted())
    assert len(zoom.simulator.lines("POST /users/")) == 1
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


def test_an_api_address_with_v2_is_used_as_it_stands(zoom: Stage, clock: Clock):
    made = zoom.client.create(HOST, wanted())
    assert zoom.another(api_url=f"{zoom.url}/v2").get(made.zoom_id).zoom_id == made.zoom_id
    assert zoom.simulator.lines("GET /v2/meetings/")
