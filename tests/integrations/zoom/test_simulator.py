"""The simulator over real HTTP: what it takes, answers and ignores, as Zoom does."""

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
import requests

from integrations.zoom.simulator import Simulator, Strict, faults, serve
from tests.crowds import PATIENCE
from tests.integrations.zoom.stage import HOST, Clock, Stage

STRICT = Strict("acc", "id", "secret", frozenset({HOST}))
BODY = {"topic": "Workshop", "type": 2, "start_time": "2026-12-03T17:00:00Z", "duration": 60}


class Caller:
    """A bare caller, who sends what our client never would."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = self.ask_token().json()["access_token"]

    def ask_token(self, **changed: Any) -> requests.Response:
        given = {"data": {"grant_type": "account_credentials", "account_id": "acc"}, "auth": ("id", "secret")}
        return requests.post(f"{self.url}/oauth/token", timeout=PATIENCE, **{**given, **changed})

    def __call__(self, method: str, path: str, body: Any = None, **named: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(method, self.url + path, json=body, headers=headers, timeout=PATIENCE, **named)

    def made(self, **changed: Any) -> dict[str, Any]:
        answer = self("POST", f"/users/{HOST}/meetings", {**BODY, **changed})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def call(zoom: Stage) -> Caller:
    return Caller(zoom.url)


def test_a_meeting_is_kept_shown_changed_and_gone(zoom, call):
    made = call.made(agenda="ref:1")
    assert made["id"] > 10**10
    assert base64.b64decode(made["uuid"])
    assert f"/j/{made['id']}?pwd=" in made["join_url"]
    assert "zak=" in made["start_url"]
    assert made["host_email"] == HOST

    path = f"/meetings/{made['id']}"
    assert call("GET", path).json() == {**made, "status": "waiting"}
    changed = call("PATCH", path, {"topic": "Later", "password": "abc@-_*"})
    assert (changed.status_code, changed.content) == (204, b"")
    after = call("GET", path).json()
    assert (after["topic"], after["password"], after["agenda"]) == ("Later", "abc@-_*", "ref:1")
    assert after["join_url"] != made["join_url"]

    assert call("DELETE", path).status_code == 204
    for method in ("DELETE", "GET", "PATCH"):
        gone = call(method, path, {})
        assert gone.status_code == 404
        assert gone.json() == {"code": 3001, "message": f"Meeting does not exist: {made['id']}."}
    assert zoom.simulator.meetings() == []


def test_the_same_calls_are_served_under_v2(call):
    made = call.made()
    assert call("GET", f"/v2/meetings/{made['id']}").json()["id"] == made["id"]
    assert call("GET", "/v2/users/me/elsewhere").json()["code"] == 2300


def test_misplaced_and_unknown_keys_are_ignored_without_a_word(call):
    made = call.made(join_before_host=True, nonsense=1, settings={"waiting_rooms": True})
    assert made["settings"]["join_before_host"] is False
    assert "nonsense" not in made
    assert "waiting_rooms" not in made["settings"]


def test_a_waiting_room_switches_join_before_host_off(call):
    both = call.made(settings={"join_before_host": True, "waiting_room": True})["settings"]
    assert (both["join_before_host"], both["waiting_room"]) == (False, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"topic": "x" * 201}, "topic"),
        ({"agenda": "x" * 2001}, "agenda"),
        ({"type": 99}, "type"),
        ({"duration": 59.5}, "duration"),
        ({"duration": "60"}, "duration"),
        ({"start_time": "2026-12-03T17:00:00+01:00"}, "start_time"),
        ({"start_time": "2026-13-03T17:00:00Z"}, "start_time"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"password": "with space"}, "password"),
        ({"settings": {"jbh_time": 7}}, "settings.jbh_time"),
        ({"settings": {"waiting_room": "no"}}, "settings.waiting_room"),
        ({"settings": []}, "settings"),
    ],
)
def test_a_bad_field_is_refused_by_name(call, body, field):
    answer = call("POST", f"/users/{HOST}/meetings", {**BODY, **body})
    assert answer.status_code == 400
    assert answer.json()["code"] == 300
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_body_that_is_no_json_object_is_refused(call):
    for broken in (b"{", b"[]", b""):
        answer = call("POST", f"/users/{HOST}/meetings", data=broken)
        assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_a_past_start_becomes_now_on_create_and_is_ignored_on_update(clock: Clock, call):
    made = call.made(start_time="2026-01-01T10:00:00Z")
    assert made["start_time"] == "2026-11-23T12:00:00Z"
    call("PATCH", f"/meetings/{made['id']}", {"start_time": "2026-01-01T10:00:00Z", "topic": "Changed"})
    after = call("GET", f"/meetings/{made['id']}").json()
    assert (after["start_time"], after["topic"]) == ("2026-11-23T12:00:00Z", "Changed")


def test_a_start_without_z_is_wall_clock_in_the_zone(call):
    assert call.made(start_time="2026-12-03T18:00:00", timezone="Europe/Stockholm")["start_time"] == BODY["start_time"]
    assert call.made(start_time="2026-12-03T17:00:00Z", timezone="Asia/Tokyo")["start_time"] == BODY["start_time"]


def test_without_a_start_it_is_an_instant_meeting_and_in_no_list(call):
    answer = call("POST", f"/users/{HOST}/meetings", {"topic": "Now"})
    assert answer.json()["type"] == 1
    assert call("GET", f"/users/{HOST}/meetings").json()["meetings"] == []


def test_lists_by_type_with_cut_agenda_and_without_passcode(clock: Clock, call):
    made = call.made(agenda="a" * 300)
    listed = call("GET", f"/users/{HOST}/meetings").json()["meetings"]
    assert [(item["id"], len(item["agenda"])) for item in listed] == [(made["id"], 250)]
    assert "password" not in listed[0]
    assert "start_url" not in listed[0]

    def types() -> list[str]:
        kinds = ("scheduled", "upcoming", "upcoming_meetings", "live", "previous_meetings")
        return [kind for kind in kinds if call("GET", f"/users/{HOST}/meetings?type={kind}").json()["total_records"]]

    assert types() == ["scheduled", "upcoming", "upcoming_meetings"]
    clock.advance(days=11)
    call.token = call.ask_token().json()["access_token"]
    assert types() == ["scheduled", "previous_meetings"]
    clock.advance(days=31)
    call.token = call.ask_token().json()["access_token"]
    assert types() == ["previous_meetings"]
    assert call("GET", f"/users/{HOST}/meetings?type=all").json()["code"] == 300


def test_pages_and_their_tokens(clock: Clock, call):
    made = {call.made()["id"] for _ in range(5)}
    path = f"/users/{HOST}/meetings?page_size=2"
    seen: list[int] = []
    token = ""
    for size in (2, 2, 1):
        page = call("GET", f"{path}&next_page_token={token}").json()
        seen += [item["id"] for item in page["meetings"]]
        token = page["next_page_token"] or token
        assert len(page["meetings"]) == size
    assert set(seen) == made
    assert page["next_page_token"] == ""
    clock.advance(minutes=15)
    assert call("GET", f"{path}&next_page_token={token}").json()["code"] == 300
    assert call("GET", f"{path}&next_page_token=nonsense").json()["code"] == 300
    assert call("GET", f"/users/{HOST}/meetings?page_size=301").json()["code"] == 300


def test_a_host_has_100_creates_and_updates_a_utc_day(clock: Clock, call, contracts):
    recorded = json.loads((contracts / "zoom-fixtures.json").read_text())["fixtures"]["error_429_daily_per_user"]
    made = call.made()
    for _ in range(99):
        assert call("PATCH", f"/meetings/{made['id']}", {"topic": "again"}).status_code == 204
    for method, path in (("POST", f"/users/{HOST}/meetings"), ("PATCH", f"/meetings/{made['id']}")):
        refused = call(method, path, BODY)
        assert refused.status_code == 429
        assert refused.json() == recorded["body"]
        assert recorded["headers"].items() <= {name.lower(): value for name, value in refused.headers.items()}.items()
        assert "Retry-After" not in refused.headers
    assert call("POST", "/users/host2@example.org/meetings", BODY).status_code == 201
    assert call("DELETE", f"/meetings/{made['id']}").status_code == 204
    clock.now = datetime(2026, 11, 24, tzinfo=UTC)
    call.token = call.ask_token().json()["access_token"]
    assert call.made()


def test_calls_a_second_can_be_bounded(stage, clock: Clock):
    call = Caller(stage(per_second=2).url)
    answers = [call("GET", "/users") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["X-RateLimit-Type"] == "QPS"
    clock.advance(seconds=1)
    assert call("GET", "/users").status_code == 200


def test_tokens_end_by_the_clock_and_by_revoking(zoom, clock: Clock, call):
    answer = call.ask_token().json()
    assert (answer["expires_in"], answer["token_type"], answer["api_url"]) == (3599, "bearer", zoom.url)
    assert "meeting:write:meeting:admin" in answer["scope"].split()
    clock.advance(seconds=3598)
    assert call("GET", "/users").status_code == 200
    clock.advance(seconds=1)
    assert call("GET", "/users").json() == {"code": 124, "message": "Access token is expired."}
    call.token = call.ask_token().json()["access_token"]
    zoom.simulator.revoke_tokens()
    assert call("GET", "/users").json() == {"code": 124, "message": "Invalid access token."}
    assert requests.get(f"{zoom.url}/users", timeout=PATIENCE).status_code == 401


def test_a_token_may_be_asked_for_by_query_and_needs_a_client_an_account_and_the_grant(call):
    query = {"grant_type": "account_credentials", "account_id": "acc"}
    assert call.ask_token(data=None, params=query).status_code == 200
    assert call.ask_token(auth=None).json()["error"] == "invalid_client"
    assert call.ask_token(data={"grant_type": "account_credentials"}).json() == {
        "reason": "Bad Request", "error": "invalid_request"
    }  # fmt: skip
    assert call.ask_token(data={"grant_type": "password"}).json()["error"] == "unsupported_grant_type"


def test_strict_knows_one_app_and_its_hosts(stage):
    call = Caller(stage(strict=STRICT).url)
    wrong = call.ask_token(auth=("id", "wrong"))
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client")
    wrong = call.ask_token(data={"grant_type": "account_credentials", "account_id": "other"})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_request")
    for method, path in (("POST", "/meetings"), ("GET", "/meetings"), ("GET", "")):
        unknown = call(method, f"/users/host9@example.org{path}", BODY)
        assert unknown.status_code == 404
        assert unknown.json() == {"code": 1001, "message": "User does not exist: host9@example.org."}
    assert call.made()


def test_users_are_licensed_and_found_by_address_or_id(stage):
    call = Caller(stage(strict=STRICT).url)
    (listed,) = call("GET", "/users?status=active&page_size=300").json()["users"]
    assert (listed["email"], listed["type"], listed["status"]) == (HOST, 2, "active")
    assert call("GET", f"/users/{listed['id']}").json() == listed
    assert call("GET", f"/users/{HOST.upper()}").json() == listed


def test_meetings_outlive_a_restart_and_tokens_do_not(stage, tmp_path):
    state = tmp_path / "deep" / "zoom.json"
    before = stage(state_file=state, daily=2)
    call = Caller(before.url)
    made = call.made(settings={"join_before_host": True})
    after = stage(state_file=state, daily=2)
    assert after.simulator.meetings() == before.simulator.meetings()
    assert [meeting.id for meeting in after.simulator.meetings()] == [made["id"]]
    call.url = after.url
    assert call("GET", f"/meetings/{made['id']}").status_code == 401
    call.token = call.ask_token().json()["access_token"]
    assert call("GET", f"/meetings/{made['id']}").json()["settings"]["join_before_host"] is True
    call.made()
    assert call("POST", f"/users/{HOST}/meetings", BODY).status_code == 429
    assert [path.name for path in state.parent.iterdir()] == ["zoom.json"]


def test_a_file_that_holds_no_state_is_refused_in_one_sentence(clock: Clock, tmp_path):
    for text in ("{", "[]", '{"meetings": [{"id": 1}]}'):
        (tmp_path / "zoom.json").write_text(text)
        with pytest.raises(ValueError, match=r"holds no state of the Zoom simulator.*\.$"):
            Simulator(clock=clock, state_file=tmp_path / "zoom.json")


def test_a_join_link_lands_on_a_page(call):
    made = call.made(topic="Mats & <b>Li</b>", timezone="Europe/Stockholm")
    page = requests.get(made["join_url"], timeout=PATIENCE)
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html;charset=UTF-8"
    assert "This is where Zoom would open" in page.text
    assert "<h1>Mats &amp; &lt;b&gt;Li&lt;/b&gt;</h1>" in page.text
    assert "Thursday 03 December 2026, 18:00 (Europe/Stockholm), 60 minutes" in page.text
    call("DELETE", f"/meetings/{made['id']}")
    assert requests.get(made["join_url"], timeout=PATIENCE).status_code == 404


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sleepy=0.5", r"There is no fault 'sleepy'; there are slow, hang, .*\.$"),
        ("slow=2", r"The rate of fault slow is 2\.0, and must lie between 0 and 1\.$"),
        ("slow=nan", r"must lie between 0 and 1\.$"),
        ("slow=often", r"'slow=often' is not NAME=RATE with a rate between 0 and 1\.$"),
    ],
)
def test_a_bad_fault_is_refused_in_one_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        faults.parse(text)


def test_faults_are_parsed_checked_and_drawn_at_their_rate(clock: Clock):
    assert faults.parse("500-after=0.25") == ("500-after", 0.25)
    assert faults.parse("slow") == ("slow", 1.0)
    with pytest.raises(ValueError, match="no fault"):
        Simulator(clock=clock, faults={"nonsense": 1})
    random = Random(1)
    drawn = [faults.pick({"slow": 0.25, "429-day": 1.0}, "get", random) for _ in range(1000)]
    assert 200 < drawn.count("slow") < 300
    assert drawn.count("") == 1000 - drawn.count("slow")  # a read has no quota of the day


def test_closing_the_server_cuts_a_hanging_call_short(clock: Clock):
    simulator = Simulator(clock=clock, faults={"hang": 1.0})
    server = serve(simulator)
    call = Caller(server.url)
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{server.url}/users", headers={"Authorization": f"Bearer {call.token}"}, timeout=(PATIENCE, 0.1))
    began = time.monotonic()
    server.close()
    assert time.monotonic() - began < 50, "it hangs for sixty"
    with serve(simulator, server.port) as again:  # down for a while, and back with its meetings and tokens
        simulator.set_faults({})
        call.url = again.url
        assert call("GET", "/users").status_code == 200


def test_a_slow_call_is_done_late(stage: Callable[..., Stage]):
    zoom = stage(faults={"slow": 1.0}, slow_seconds=60)
    bearer = {"Authorization": f"Bearer {Caller(zoom.url).token}"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{zoom.url}/users/{HOST}/meetings", json=BODY, headers=bearer, timeout=(PATIENCE, 0.1))
    assert zoom.simulator.meetings() == []
    zoom.simulator.stop()
    deadline = time.monotonic() + PATIENCE
    while not zoom.simulator.meetings() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(zoom.simulator.meetings()) == 1


def test_ids_and_passcodes_follow_the_random_source(stage):
    def first() -> tuple[int, str]:
        call = Caller(stage(random=Random(7)).url)
        made = call.made()
        return made["id"], made["password"]

    assert first() == first()
