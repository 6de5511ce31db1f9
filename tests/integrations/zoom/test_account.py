"""What a Zoom account must let us do."""

import pytest

from integrations.zoom import account
from integrations.zoom.errors import HostNotAllowed
from integrations.zoom.simulator import tokens
from tests.integrations.zoom.stage import HOST, Stage

GRANULAR = set(account.NEEDED)
CLASSIC = {"meeting:write:admin", "meeting:read:admin", "user:read:admin"}


@pytest.mark.parametrize(
    ("scopes", "lacking"),
    [
        (GRANULAR, []),
        (CLASSIC, []),
        (GRANULAR - {"meeting:delete:meeting:admin"}, ["meeting:delete:meeting:admin"]),
        (CLASSIC - {"user:read:admin"}, ["user:read:user:admin"]),
        (set(), list(account.NEEDED)),
    ],
)
def test_missing_scopes_are_named(scopes: set[str], lacking: list[str]) -> None:
    assert account.missing(scopes) == lacking


def test_the_scopes_are_those_that_the_token_names(zoom: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tokens.SCOPES, "delete", "meeting:something:else")
    assert account.missing(zoom.client.scopes()) == ["meeting:delete:meeting:admin"]


def test_a_host_is_licensed_or_said_to_be_what_it_is(zoom: Stage) -> None:
    found = zoom.client.user(HOST)
    assert (found.email, found.licensed, found.active) == (HOST, True, True)
    basic = account.user({"email": HOST, "type": 1, "status": "pending"})
    assert (basic.licensed, basic.active, basic.kind) == (False, False, "Basic")
    assert account.user({}).kind == "of an unknown kind"


def test_a_stranger_is_no_host(zoom: Stage) -> None:
    with pytest.raises(HostNotAllowed):
        zoom.client.user("nobody")
