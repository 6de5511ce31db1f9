"""`traff zoom simulate`."""

import json
import signal
import socket

import pytest
import requests

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
        code, seconds = simulator.stop()
        assert (code, simulator.errors) == (0, "")
        assert seconds < 5
    assert str(created.json()["id"]) in state.read_text()
    with shell.running("zoom", "simulate", "--port", 0, "--state", state, "--fault", "missing-scope=0") as simulator:
        url = address(simulator)
        headers = {"Authorization": f"Bearer {ask_token(url).json()['access_token']}"}
        found = requests.get(f"{url}/v2/meetings/{created.json()['id']}", headers=headers, timeout=PATIENCE)
        assert found.json()["topic"] == "Maria and Emil"
        assert simulator.stop(signal.SIGINT)[0] == 0


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


FAULTS = ", ".join(
    (
        "slow", "hang", "500-before", "500-after", "drop-after", "429-second", "429-day", "401-once", "missing-scope",
        "broken-json", "404-false",
    )
)  # fmt: skip
REFUSED = {
    "an unknown fault": (["--fault", "boredom=1"], f"Error: There is no fault 'boredom'; there are {FAULTS}."),
    "strict without settings": (
        ["--strict"],
        "Error: --strict needs TRAFF_ZOOM_ACCOUNT_ID and the other settings of Zoom.",
    ),
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
