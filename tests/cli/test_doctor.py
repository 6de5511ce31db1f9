"""`traff doctor`: a line each, no secret among them, and 1 if one is bad."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text, update

from scheduler.db import Database
from scheduler.models import Delivery
from scheduler.states import DeliveryState
from tests.cli.shell import Shell
from tests.cli.test_serve import book
from tests.cli.test_zoom import ZOOM, address
from tests.imap_server import PASSWORD as IMAP_PASSWORD
from tests.imap_server import USER, Mailbox
from tests.world import PostOffice

PASSWORD = "a-password-of-the-mail-server"


def lines(shell: Shell, code: int, **variables: str) -> dict[str, str]:
    """The findings by what they are about, each with its verdict."""
    ran = shell.run("doctor", **variables)
    assert (ran.returncode, ran.stderr) == (code, ""), ran.stdout + ran.stderr
    for secret in (shell.variables["TRAFF_SECRET_KEY"], PASSWORD, "hidden"):
        assert secret not in ran.stdout
    rows = [(line[:3].strip(), line[4:]) for line in ran.stdout.splitlines()]
    names = (
        "time zones", "settings", "database", "clock", "deliveries", "mail ", "answers", "mailbox", "Zoom",
        "host zoom-1@example.org",
    )  # fmt: skip
    return {
        name.strip(): f"{verdict}: {said.removeprefix(name).strip()}"
        for verdict, said in rows
        for name in names
        if said.startswith(name)
    }


def test_of_a_house_in_order_everything_is_well(loaded: Shell) -> None:
    with PostOffice().open() as mail_url:
        found = lines(loaded, 0, TRAFF_MAIL_URL=mail_url, TRAFF_MAIL_FROM="traff@example.org")
    assert found["settings"] == "ok: complete; links lead to http://127.0.0.1:8000"
    assert found["database"].startswith("ok: sqlite answers, at 0")
    assert found["deliveries"] == "ok: 0 waiting, 0 of them late, 0 failed in the last week"
    assert found["mail"].endswith("answers, without TLS, without logging in")
    assert found["Zoom"] == "ok: is not set up; coordinators paste links"
    assert found["time zones"].endswith("Europe/Stockholm is GMT+2 in July")
    assert "the database is on this machine" in found["clock"]


def test_on_postgresql_the_clocks_are_compared(shell: Shell, postgres: Database) -> None:
    found = lines(shell, 0, TRAFF_DATABASE_URL=postgres.url)
    assert found["database"].startswith("ok: postgresql answers")
    assert found["clock"].endswith("s from the database's")


def test_a_database_of_another_release_is_bad(loaded: Shell) -> None:
    database = Database(loaded.database_url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    database.close()
    assert lines(loaded, 1)["database"].endswith("run traff migrate.")


def test_no_database_is_bad_and_the_rest_is_told(shell: Shell) -> None:
    found = lines(shell, 1, TRAFF_DATABASE_URL=f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1:1/nowhere")
    assert found["database"].startswith("BAD: does not answer")
    assert found["mail"].startswith("ok")


def test_a_mail_server_that_does_not_answer_is_bad(loaded: Shell) -> None:
    url = f"smtp://user:{PASSWORD}@127.0.0.1:1"
    found = lines(loaded, 1, TRAFF_MAIL_URL=url, TRAFF_MAIL_FROM="traff@example.org")
    assert found["mail"] == "BAD: The mail server cannot be reached: Connection refused."


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"due_at": datetime.now(UTC) - timedelta(hours=1)},
            "2 waiting, 2 of them late, 0 failed in the last week; is",
        ),
        (
            {"state": DeliveryState.FAILED, "finished_at": datetime.now(UTC)},
            "0 waiting, 0 of them late, 2 failed in the last week; see",
        ),
    ],
)
def test_mails_that_lie_about_are_bad(loaded: Shell, values: dict[str, object], said: str) -> None:
    book(loaded)
    database = Database(loaded.database_url)
    with database.writing() as session:
        session.execute(update(Delivery).values(**values))
    database.close()
    assert lines(loaded, 1)["deliveries"].startswith(f"BAD: {said}")


@pytest.mark.parametrize(
    ("variables", "what", "said"),
    [
        ({"TRAFF_SECRET_KEY": ""}, "settings", "BAD: TRAFF_SECRET_KEY is not set"),
        (
            {"TRAFF_BASE_URL": "http://traff.example.org"},
            "settings",
            "BAD: TRAFF_BASE_URL is http://traff.example.org: ",
        ),
    ],
)
def test_settings_that_will_not_do_are_named(loaded: Shell, variables: dict[str, str], what: str, said: str) -> None:
    ran = loaded.run("doctor", **variables)
    assert ran.returncode == 1
    assert f"BAD {what:<10} {said.removeprefix('BAD: ')}" in ran.stdout


def test_zoom_is_tried_with_its_hosts(loaded: Shell) -> None:
    with loaded.running("zoom", "simulate", "--port", 0, "--strict", **ZOOM) as simulator:
        url = address(simulator)
        where = {"TRAFF_ZOOM_API_URL": f"{url}/v2", "TRAFF_ZOOM_TOKEN_URL": f"{url}/oauth/token"}
        found = lines(loaded, 0, **ZOOM, **where)
        assert found["Zoom"] == "ok: credentials and scopes are fine"
        assert found["host zoom-1@example.org"] == "ok: licensed and active"
        found = lines(loaded, 1, **{**ZOOM, **where, "TRAFF_ZOOM_CLIENT_SECRET": "wrong"})
        assert found["Zoom"] == "BAD: Zoom does not accept the client id or the client secret."


DOMAIN = {"TRAFF_REPLY_DOMAIN": "in.example.org"}
HOOK = {"TRAFF_INBOUND_SECRET": "kBq7-Wm2xTz9_Lp4vRc8nYd3sFg6hidden"}


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({}, 0, "ok: do not come back by mail; people answer by the links in theirs"),
        (DOMAIN, 1, "BAD: go to in.example.org and no further; set TRAFF_INBOUND_URL or TRAFF_INBOUND_SECRET as well"),
        (
            HOOK,
            1,
            "BAD: TRAFF_INBOUND_SECRET without TRAFF_REPLY_DOMAIN: no invite asks for answers; set it as well",
        ),
        ({**DOMAIN, **HOOK}, 0, "ok: to in.example.org are taken at http://127.0.0.1:8000/hooks/mail"),
    ],
)
def test_answers_need_a_domain_and_a_road(loaded: Shell, variables: dict[str, str], code: int, said: str) -> None:
    assert lines(loaded, code, **variables)["answers"] == said


def test_the_mailbox_is_tried(loaded: Shell, certificate: Path, trusted: None) -> None:
    mailbox = Mailbox()
    mailbox.put(b"x")
    with mailbox.serve(certificate) as port:
        where = f"imaps://{quote(USER)}:{{}}@localhost:{port}/Answers"
        good = {**DOMAIN, "TRAFF_INBOUND_URL": where.format(quote(IMAP_PASSWORD, safe=""))}
        assert lines(loaded, 0, **good)["mailbox"] == "ok: 1 mails wait in Answers at localhost"
        bad = {**DOMAIN, "TRAFF_INBOUND_URL": where.format("hidden")}
        assert lines(loaded, 1, **bad)["mailbox"] == "BAD: The mailbox's server refuses the password."
    no_url = {**DOMAIN, "TRAFF_INBOUND_URL": "imaps://example.org/hidden"}
    assert lines(loaded, 1, **no_url)["mailbox"].startswith("BAD: TRAFF_INBOUND_URL must be imaps://USER:PASSWORD@HOST")
