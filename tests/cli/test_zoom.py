"""`traff zoom simulate`."""

import json
import signal
import socket
from pathlib import Path

import pytest
import requests

from integrations.zoom.account import NEEDED
from scheduler.cli.zoom_account import PURPOSES
from tests.cli.shell import PATIENCE, Running, Shell

ZOOM = {
    "TRAFF_ZOOM_ACCOUNT_ID": "account",
    "TRAFF_ZOOM_CLIENT_ID": "client",
    "TRAFF_ZOOM_CLIENT_SECRET": "hidden",
    "TRAFF_ZOOM_HOSTS": "zoom-1@example.org",
}
MEETING = {"topic": "Maria and Emil", "type": 2, "start_time": "2026-11-10T17:00:00Z", "duration": 45}


def address(simulator: Running) -> str:
    line = simulator.wait_for("^A stand-in for Zoom answers on ")
    url = line.split()[6].rstrip(";")
    assert line == f"A stand-in for Zoom answers on {url}; the token is at {url}/oauth/token."
    return url


def ask_token(url: str, account: str = "account", secret: str = "hidden") -> requests.Response:
    data = {"grant_type": "account_credentials", "account_id": account}
    return requests.post(f"{url}/oauth/token", data=data, auth=("client", secret), timeout=PATIENCE)


def create(url: str, token: str, host: str = "zoom-1@example.org") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.post(f"{url}/v2/users/{host}/meetings", json=MEETING, headers=headers, timeout=PATIENCE)


def test_it_answers_anybody_and_keeps_its_meetings(shell: Shell) -> None:
    state = shell.folder / "zoom.json"
    with shell.running("zoom", "simulate", "--port", 0, "--state", state) as simulator:
        url = address(simulator)
        token = ask_token(url, account="whoever", secret="whatever")
        assert token.status_code == 200
        created = create(url, token.json()["access_token"], host="anybody@example.org")
        assert created.status_code == 201
        assert (simulator.stop(), simulator.errors) == (0, "")
    assert str(created.json()["id"]) in state.read_text()
    with shell.running("zoom", "simulate", "--port", 0, "--state", state, "--fault", "missing-scope=0") as simulator:
        url = address(simulator)
        headers = {"Authorization": f"Bearer {ask_token(url).json()['access_token']}"}
        found = requests.get(f"{url}/v2/meetings/{created.json()['id']}", headers=headers, timeout=PATIENCE)
        assert found.json()["topic"] == "Maria and Emil"
        assert simulator.stop(signal.SIGINT) == 0


def test_strict_knows_only_what_is_set(shell: Shell) -> None:
    with shell.running("zoom", "simulate", "--port", 0, "--strict", "--fault", "429-day", **ZOOM) as simulator:
        url = address(simulator)
        assert ask_token(url, secret="another").status_code == 400
        token = ask_token(url)
        assert token.status_code == 200
        assert create(url, token.json()["access_token"], host="nobody@example.org").status_code in {404, 429}
        refused = create(url, token.json()["access_token"])
        assert refused.status_code == 429, "the fault, each time where no rate is given"
    assert "hidden" not in json.dumps(simulator.lines)


FAULTS = (
    "slow, hang, 500-before, 500-after, drop-after, 429-second, 429-day, 429-account, 429-concurrent, 401-once, "
    "missing-scope, broken-json, 404-false"
)
REFUSED = {
    "an unknown fault": (["--fault", "boredom=1"], f"Error: There is no fault 'boredom'; there are {FAULTS}."),
    "strict without settings": (
        ["--strict"],
        "Error: --strict needs TRAFF_ZOOM_ACCOUNT_ID and the other settings of Zoom.",
    ),
    "a webhook without a secret": (
        ["--webhook", "http://127.0.0.1:1/hooks/zoom"],
        "Error: --webhook needs TRAFF_ZOOM_WEBHOOK_SECRET, to sign with.",
    ),
    "a licence of nobody's": (["--basic", "x@example.org"], "Error: --without-scope and --basic need --strict."),
    "a state that is none": (
        ["--state", "file"],
        "Error: file holds no state of the Zoom simulator; move it away to start afresh.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(shell: Shell, case: str) -> None:
    words, sentence = REFUSED[case]
    (shell.folder / "file").write_text("Dear diary")
    assert shell.refuses("zoom", "simulate", "--port", 0, *words).splitlines()[-1] == sentence
    assert (shell.folder / "file").read_text() == "Dear diary"


def test_a_port_that_is_taken_is_one_sentence(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = shell.refuses("zoom", "simulate", "--port", port)
    assert sentence == (
        f"traff: Cannot listen on 127.0.0.1 port {port}: Address already in use; choose another with --port."
    )


def check(shell: Shell, simulator: Running, **variables: str) -> tuple[int, list[str]]:
    url = address(simulator)
    where = {"TRAFF_ZOOM_API_URL": f"{url}/v2", "TRAFF_ZOOM_TOKEN_URL": f"{url}/oauth/token"}
    ran = shell.run("zoom", "check", **{**ZOOM, **where, **variables})
    assert ran.stderr == ""
    assert "hidden" not in ran.stdout
    return ran.returncode, ran.stdout.splitlines()


def test_check_goes_through_all_that_an_account_must_grant(loaded: Shell) -> None:
    public = {"TRAFF_BASE_URL": "https://traff.example.org", "TRAFF_ZOOM_WEBHOOK_SECRET": "hidden too"}
    with loaded.running("zoom", "simulate", "--port", 0, "--strict", **ZOOM) as simulator:
        code, lines = check(loaded, simulator, **public)
    assert code == 0
    assert lines == [
        "ok  token      Zoom takes the credentials",
        *(f"ok  scope      {scope} {purpose}" for scope, (purpose, _) in PURPOSES.items()),
        "ok  host zoom-1@example.org licensed and active, 0 of 100 changes used today (UTC)",
        "ok  pool       hosts: 1, meetings at a time: 1",
        "ok  webhooks   the secret is set; events are to go to https://traff.example.org/hooks/zoom",
    ]


def test_check_says_what_helps(loaded: Shell) -> None:
    hosts = "zoom-1@example.org:2,basic@example.org:3,stranger@example.org"
    missing = "meeting:delete:meeting:admin"
    known = {**ZOOM, "TRAFF_ZOOM_HOSTS": "zoom-1@example.org,basic@example.org"}
    strict = ["--strict", "--basic", "basic@example.org", "--without-scope", missing]
    with loaded.running("zoom", "simulate", "--port", 0, *strict, **known) as simulator:
        code, lines = check(loaded, simulator, TRAFF_ZOOM_HOSTS=hosts, TRAFF_ZOOM_WEBHOOK_SECRET="")
    assert code == 1
    assert [line for line in lines if not line.startswith("ok  scope")] == [
        "ok  token      Zoom takes the credentials",
        f"BAD scope      {missing} is missing, so what is cancelled stays at Zoom; add it on the app's "
        "page, under Scopes",
        "ok  host zoom-1@example.org licensed and active, 0 of 100 changes used today (UTC)",
        "BAD host basic@example.org has no licence (Basic), so meetings end after 40 minutes; give it one",
        "BAD host stranger@example.org Zoom knows no such user in this account; mend TRAFF_ZOOM_HOSTS or add the user",
        "ok  pool       hosts: 3, meetings at a time: 6",
        "ok  pool       zoom-1@example.org may hold 2 at a time: right on a Business, Education or Enterprise plan; on "
        "others, set 1 in TRAFF_ZOOM_HOSTS",
        "--  pool       basic@example.org may hold 3 at a time: a licence allows 2 at most; set less in "
        "TRAFF_ZOOM_HOSTS, unless an add-on allows more",
        "--  webhooks   not set up; to hear at once who came, let the app send events to "
        "http://127.0.0.1:8000/hooks/zoom, and set TRAFF_ZOOM_WEBHOOK_SECRET to its secret token",
    ]


def test_check_of_wrong_credentials_ends_there(loaded: Shell) -> None:
    with loaded.running("zoom", "simulate", "--port", 0, "--strict", **ZOOM) as simulator:
        code, lines = check(loaded, simulator, TRAFF_ZOOM_CLIENT_SECRET="hidden, but wrong")
    assert code == 1
    assert lines == [
        "BAD token      Zoom does not accept the client id or the client secret. The app's page names its account id, "
        "client id and secret."
    ]


def test_webhooks_need_an_address_that_zoom_can_reach(loaded: Shell) -> None:
    with loaded.running("zoom", "simulate", "--port", 0, "--strict", **ZOOM) as simulator:
        code, lines = check(loaded, simulator, TRAFF_ZOOM_WEBHOOK_SECRET="hidden too")
    assert code == 1
    assert lines[-1].startswith("BAD webhooks   http://127.0.0.1:8000/hooks/zoom gets no events: Zoom sends to https")


def test_every_scope_that_is_needed_has_its_purpose_and_stands_in_the_docs() -> None:
    assert PURPOSES.keys() == NEEDED.keys()
    page = (Path(__file__).parents[2] / "docs" / "zoom.md").read_text(encoding="utf-8")
    assert [scope for scope, classic in NEEDED.items() if f"`{scope}`" not in page or f"`{classic}`" not in page] == []


def test_a_table_of_links_is_made_the_pool(loaded: Shell) -> None:
    table = loaded.folder / "rooms.csv"
    table.write_text("name,join_url,passcode,capacity\nRoom 1,https://zoom.example.com/j/1,,\n")
    assert loaded.says("zoom", "links", table) == ["new: Room 1"]
    table.write_text("name,join_url,passcode,capacity\nRoom 2,https://zoom.example.com/j/2,,2\n")
    assert loaded.says("zoom", "links", table) == ["new: Room 2", "left the pool: Room 1"]
    table.write_text("name,join_url,passcode,capacity\nRoom 2,zoom,,2\n")
    assert loaded.refuses("zoom", "links", table) == (
        "traff: Nothing was loaded. rooms.csv line 2, column join_url: write the whole address of the meeting, such as "
        "https://zoom.us/j/123?pwd=abc."
    )


def test_without_an_account_there_is_nothing_to_check(shell: Shell) -> None:
    assert shell.refuses("zoom", "check") == (
        "traff: TRAFF_ZOOM_ACCOUNT_ID is not set, so there is no Zoom account to check."
    )
