"""Both ends against Zoom's own contract: what the client asks, and what the simulator answers, over all flows.

The contract is stricter than Zoom, which ignores unknown keys: here one that is unknown or misplaced fails.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from integrations.outcome import Rejected, Retry
from integrations.zoom import client as client_module
from integrations.zoom.meetings import create_body
from integrations.zoom.simulator import Strict, runs
from integrations.zoom.simulator.faults import FAULTS
from tests.crowds import PATIENCE
from tests.integrations.zoom.stage import HOST, Clock, Exchange, Recorded, Stage, staged, wanted

ADDRESS = "http://zoom.test"
STRICT = Strict("acc", "id", "secret-of-the-client", frozenset({HOST}))


def closed(schema: Any) -> Any:
    """The same schema, where an object may hold nothing but its properties."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(part) for name, part in schema.items()}
    if isinstance(found.get("properties"), dict) and found.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found


@pytest.fixture(scope="module")
def contract(contracts: Path) -> OpenAPI:
    document = closed(json.loads((contracts / "zoom-openapi.json").read_text(encoding="utf-8")))
    document["servers"] = [{"url": ADDRESS}, {"url": f"{ADDRESS}/v2"}]
    document["paths"]["/oauth/token"]["servers"] = [{"url": ADDRESS}]
    return OpenAPI.from_dict(document)


@pytest.fixture
def check(contract: OpenAPI) -> Callable[[Exchange], None]:
    def one(exchange: Exchange) -> None:
        request = WerkzeugOpenAPIRequest(_raw(exchange.request))
        contract.validate_request(request)
        if exchange.response is not None and not _is_forgotten(exchange):
            contract.validate_response(request, WerkzeugOpenAPIResponse(exchange.response))

    return one


def _is_forgotten(exchange: Exchange) -> bool:
    """Zoom's text lists no 400 for this call alone, which an app without its scope gets like for any other."""
    assert exchange.response is not None
    return exchange.request.path.endswith("/instances") and exchange.response.status_code == 400


def _raw(request: Request) -> Request:
    request.get_data(cache=True)  # before anything parses it as a form
    return request


@pytest.fixture
def zoom(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(client_module, "PAGE_SIZE", 2)
    uuids = (f"no+slash{n}==" for n in count())  # WSGI hands on a slash decoded, and then it would part the path
    monkeypatch.setattr(runs, "new_uuid", uuids.__next__)
    clock = Clock()
    with staged(Recorded(clock=clock, strict=STRICT), clock) as found:
        yield found


def flows(zoom: Stage) -> None:
    """Every call of the client, with every kind of answer. Where the answer is broken on purpose, none is kept."""
    client = zoom.client
    made = [client.create(HOST, wanted(reference=f"r{n}", description="Om " * 900)) for n in range(3)]
    first = made[0].zoom_id
    client.update(first, wanted(topic="x" * 300, starts_at=datetime(2027, 1, 2, 3, 4, 5, 678, tzinfo=UTC), minutes=90))
    client.find(HOST, "r1")
    client.delete(made[1].zoom_id)
    held = client.create(HOST, wanted(reference="held", starts_at=zoom.clock.now, passcode="Ab1@cd2_ef", muted=True))
    people = [zoom.simulator.join(held.zoom_id, name, "") for name in ("Maria", "Emil", "Fia")]
    client.user(HOST)  # not among the faults: the contract knows no 400 of it, which Zoom says of a missing scope
    client.get(held.zoom_id)
    for number in people:
        zoom.simulator.leave(held.zoom_id, number)
    zoom.simulator.revoke_tokens()
    calls: list[Callable[[], object]] = [
        lambda: client.get(first),
        lambda: client.get(made[1].zoom_id),
        lambda: client.create(HOST, wanted()),
        lambda: client.create(HOST, wanted(timezone="Europe/Nowhere")),
        lambda: client.create("host9@example.org", wanted()),
        lambda: list(client.scheduled("host9@example.org")),
        lambda: list(client.scheduled(HOST)),
        lambda: client.update(first, wanted(minutes=zoom.simulator.tokens() + len(zoom.simulator.lines()))),
        lambda: client.create(HOST, wanted(waiting_room=True, muted=True, alternative_hosts=(HOST,))),
        lambda: client.create(HOST, wanted(waiting_room=True, alternative_hosts=("nobody@example.org",))),
        lambda: client.update(first, wanted(waiting_room=True, alternative_hosts=(HOST,))),
        lambda: client.stays(held.zoom_id),
        lambda: client.stays(first),
        lambda: client.delete(made[1].zoom_id),
    ]
    for fault in ("", *FAULTS):
        begun = len(zoom.simulator.exchanges)
        zoom.fault(fault)
        for call in calls:
            with suppress(Retry, Rejected):
                call()
        if fault == "broken-json":
            for exchange in zoom.simulator.exchanges[begun:]:
                exchange.response = None
    zoom.fault("")
    for account in ({"client_secret": "wrong"}, {"account_id": "wrong"}):
        with suppress(Retry):
            zoom.another(**account).get(first)


def test_every_request_and_every_answer_keeps_the_contract(zoom: Stage, check):
    flows(zoom)
    checked: set[tuple[str, int]] = set()
    for exchange in zoom.simulator.exchanges:
        check(exchange)
        path = exchange.request.path.split("/")[1]
        if exchange.response is not None:
            checked.add((f"{exchange.request.method} {path}", exchange.response.status_code))
    asked = [exchange.request.path for exchange in zoom.simulator.exchanges]
    assert [path for path in asked if path.endswith("==/participants")]
    assert [path for path in asked if path.endswith("/instances")]
    assert checked >= {
        ("POST oauth", 200), ("POST oauth", 400),
        ("POST users", 201), ("POST users", 400), ("POST users", 401), ("POST users", 404), ("POST users", 429),
        ("POST users", 500), ("GET users", 200), ("GET users", 404), ("GET users", 429), ("GET users", 500),
        ("GET meetings", 200), ("GET meetings", 400), ("GET meetings", 401), ("GET meetings", 404),
        ("GET meetings", 429), ("GET meetings", 500), ("PATCH meetings", 204), ("GET past_meetings", 200),
        ("GET past_meetings", 404), ("GET past_meetings", 429), ("GET past_meetings", 500),
        ("DELETE meetings", 204), ("DELETE meetings", 400), ("DELETE meetings", 404), ("DELETE meetings", 429),
    }  # fmt: skip


def test_what_only_the_simulator_serves_keeps_the_contract_too(zoom: Stage, check):
    list(zoom.client.scheduled(HOST))
    bearer = {"Authorization": zoom.simulator.exchanges[-1].request.headers["Authorization"]}
    paths = ["/users", "/users?page_size=300&status=active", f"/users/{HOST}", "/v2/users", "/users/nobody"]
    kinds = ("scheduled", "upcoming", "upcoming_meetings", "live", "previous_meetings")
    paths += [f"/users/{HOST}/meetings?type={kind}&page_size=300" for kind in kinds]
    for path in paths:
        requests.get(zoom.url + path, headers=bearer, timeout=PATIENCE)
    meeting = f"{zoom.url}/meetings/{zoom.client.create(HOST, wanted(starts_at=zoom.clock.now)).zoom_id}"
    for body in ({"action": "end"}, {"action": "recover"}):
        requests.put(f"{meeting}/status", json=body, headers=bearer, timeout=PATIENCE)
    requests.post(f"{zoom.url}/users/{HOST}/meetings", json={"topic": "Now"}, headers=bearer, timeout=PATIENCE)
    requests.post(
        f"{zoom.url}/oauth/token", data={"grant_type": "account_credentials", "account_id": ""}, timeout=PATIENCE,
        auth=("id", "secret-of-the-client"),
    )  # fmt: skip
    for exchange in zoom.simulator.exchanges:
        check(exchange)


def _create(body: dict[str, Any]) -> Exchange:
    builder = EnvironBuilder(
        f"/users/{HOST}/meetings", ADDRESS, method="POST", json=body, headers=[("Authorization", "Bearer t")]
    )
    try:
        return Exchange(builder.get_request(), None)
    finally:
        builder.close()


def test_negative_control_a_misplaced_or_unknown_key_is_caught(zoom: Stage, check):
    good = create_body(wanted())
    check(_create(good))
    misplaced = deepcopy(good)
    misplaced["waiting_room"] = misplaced["settings"].pop("waiting_room")
    unknown = {**good, "settings": {**good["settings"], "waiting_rooms": False}}
    too_long = {**good, "topic": "x" * 201}
    offset = {**good, "start_time": "2026-12-03T17:00:00+01:00"}
    for bad in (misplaced, unknown, too_long, offset):
        with pytest.raises(OpenAPIError):
            check(_create(bad))

    zoom.client.create(HOST, wanted())
    made = zoom.simulator.exchanges[-1]
    answer = json.loads(made.response.get_data())
    check(made)
    for wrong in ({**answer, "nonsense": 1}, {**answer, "duration": "sixty"}):
        made.response = Response(json.dumps(wrong), 201, content_type="application/json")
        with pytest.raises(OpenAPIError):
            check(made)
