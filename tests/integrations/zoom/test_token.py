"""One token for all threads, renewed in time, and sent nowhere but to Zoom."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier

import pytest
from werkzeug.wrappers import Request, Response

from integrations import http
from integrations.outcome import OutcomeUnknown
from integrations.zoom.errors import BadCredentials, RateLimited, Unavailable
from integrations.zoom.simulator import Strict
from integrations.zoom.token import Tokens, ZoomAccount
from tests.integrations.zoom.stage import HOST, TIMEOUTS, Clock, Recorded, Stage, wanted
from tests.races import Race

THREADS = 16


def at_once(call: Callable[[int], object]) -> list[object]:
    start = Barrier(THREADS)

    def one(number: int) -> object:
        start.wait()
        return call(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_sixteen_threads_fetch_one_token_and_after_a_revocation_one_more(zoom: Stage):
    at_once(lambda number: zoom.client.create(HOST, wanted(reference=f"r{number}")))
    assert zoom.simulator.tokens() == 1
    assert len({meeting.agenda for meeting in zoom.simulator.meetings()}) == THREADS
    zoom.simulator.revoke_tokens()
    at_once(lambda number: zoom.client.create(HOST, wanted(reference=f"s{number}")))
    assert zoom.simulator.tokens() == 2
    assert len(zoom.simulator.meetings()) == 2 * THREADS


class Unhurried(Recorded):
    """Gives nobody a token before a second one has asked for theirs."""

    def answer(self, request: Request) -> Response:
        if request.path == "/oauth/token":
            self.__dict__.setdefault("race", Race()).looked()
        return super().answer(request)


def test_negative_control_without_the_lock_they_fetch_many(stage: Callable[..., Stage]):
    zoom = stage(Unhurried)
    zoom.client._api._tokens._lock = nullcontext()  # type: ignore[assignment]  # the guard is off
    at_once(lambda number: zoom.client.create(HOST, wanted(reference=f"r{number}")))
    assert zoom.simulator.tokens() > 1


def test_a_token_is_renewed_five_minutes_before_its_end(zoom: Stage, clock: Clock):
    list(zoom.client.scheduled(HOST))
    clock.advance(seconds=3298)
    list(zoom.client.scheduled(HOST))
    assert zoom.simulator.tokens() == 1
    clock.advance(seconds=1)
    list(zoom.client.scheduled(HOST))
    assert zoom.simulator.tokens() == 2


@pytest.mark.parametrize(
    ("account", "said"),
    [({"client_secret": "wrong"}, "client id or the client secret"), ({"account_id": "wrong"}, "account id")],
)
def test_bad_credentials_are_named_and_worth_trying_again_later(stage, account, said):
    zoom = stage(strict=Strict("acc", "id", "secret-of-the-client", frozenset({HOST})))
    with pytest.raises(BadCredentials, match=said):
        zoom.another(**account).create(HOST, wanted())
    zoom.client.create(HOST, wanted())


class Tokenless(Recorded):
    """Answers the token's address by what it is given; None hangs up."""

    given: Response | None = None

    def answer(self, request: Request) -> Response:
        if self.given is None:
            raise ConnectionAbortedError
        return self.given


def prepared(status: int, body: object, **headers: str) -> Response:
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(text, status, headers, content_type="application/json")


def test_a_lost_token_leaves_nothing_unknown(stage):
    zoom = stage(Tokenless)
    with pytest.raises(Unavailable) as caught:
        zoom.client.create(HOST, wanted())
    assert not isinstance(caught.value, OutcomeUnknown)
    assert zoom.simulator.lines("POST /users") == []


GOOD = {"access_token": "t", "expires_in": 3599}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (prepared(200, "{"), Unavailable),
        (prepared(200, {}), Unavailable),
        (prepared(200, {"access_token": "a\nb", "expires_in": 3599}), Unavailable),
        (prepared(200, {"access_token": "t"}), Unavailable),
        (prepared(500, "<html>"), Unavailable),
        (prepared(404, "<html>"), Unavailable),
        (prepared(429, "", **{"Retry-After": "7"}), RateLimited),
        (prepared(401, {"reason": "Invalid Token!", "error": "invalid_request"}), BadCredentials),
        (prepared(200, {**GOOD, "api_url": "http://api.zoom.us"}), BadCredentials),
        (prepared(200, {**GOOD, "api_url": "https://zoom.us.example.org"}), BadCredentials),
        (prepared(200, {**GOOD, "api_url": "https://notzoom.us"}), BadCredentials),
        (prepared(200, {**GOOD, "api_url": "https://zoom.us@example.org"}), BadCredentials),
        (prepared(200, {**GOOD, "api_url": "https://[zoom.us"}), BadCredentials),
    ],
)
def test_what_the_token_address_may_answer(stage, clock: Clock, answer, error):
    zoom = stage(Tokenless)
    zoom.simulator.given = answer
    with http.session() as session, pytest.raises(error) as caught:
        Tokens(regional(zoom), session, clock=clock, timeouts=TIMEOUTS).current()
    if error is RateLimited:
        assert (caught.value.retry_at - clock()).total_seconds() == 7


def regional(zoom: Stage) -> ZoomAccount:
    return ZoomAccount(**{**vars(zoom.account), "api_url": ""})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ({"api_url": "https://api-us.zoom.us"}, "https://api-us.zoom.us/v2"),
        ({"api_url": "https://zoom.us"}, "https://zoom.us/v2"),
        ({"api_url": "https://example.org\\@api.zoom.us/x?y#z"}, "https://api.zoom.us/v2"),
        ({}, "https://api.zoom.us/v2"),
    ],
)
def test_the_region_of_the_token_is_used_where_no_address_is_set(stage, clock: Clock, given, used):
    zoom = stage(Tokenless)
    zoom.simulator.given = prepared(200, {**GOOD, **given})
    with http.session() as session:
        assert Tokens(regional(zoom), session, clock=clock, timeouts=TIMEOUTS).current().api_url == used
        fixed = Tokens(zoom.account, session, clock=clock, timeouts=TIMEOUTS).current()
    assert fixed.api_url == zoom.url


def test_neither_account_nor_token_shows_its_secret(zoom: Stage, clock: Clock):
    with http.session() as session:
        token = Tokens(zoom.account, session, clock=clock, timeouts=TIMEOUTS).current()
    assert token.value not in repr(token)
    assert "secret-of-the-client" not in repr(zoom.account)
