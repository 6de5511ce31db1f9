"""`traff migrate`, `worker`, `serve` and `web`: they start, do their work, and stop when told to."""

import json
import mailbox
import re
import signal
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import select, text

from scheduler.db import Database
from scheduler.models import Delivery, Pair, Person, Programme
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Video
from scheduler.states import DeliveryState
from tests.cli.shell import PATIENCE, Running, Shell
from tests.ports import free_port
from tests.world import payload_of


def book(shell: Shell, count: int = 1) -> None:
    """Meetings of the first pairs, next week; each owes two mails."""
    database = Database(shell.database_url)
    now = datetime.now(UTC)
    starts_at = (now + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    with database.writing() as session:
        for pair in session.scalars(select(Pair).order_by(Pair.id).limit(count)).all():
            meetings.book(session, pair, starts_at=starts_at, minutes=45, how=Video(), now=now)
    database.close()


def deliveries(shell: Shell) -> list[tuple[DeliveryState, str]]:
    database = Database(shell.database_url)
    with database.reading() as session:
        found = [(row.state, row.reason) for row in session.scalars(select(Delivery).order_by(Delivery.id))]
    database.close()
    return found


def readers(folder: Path) -> list[str]:
    """Who the mails in the folder are for."""
    return sorted(mail["To"] for mail in mailbox.Maildir(folder, create=False))


# migrate


def test_migrate_says_where_the_database_stands(shell: Shell) -> None:
    (first,) = shell.says("migrate", TRAFF_SECRET_KEY="")
    revision = re.fullmatch(r"The database is new, and at (\w+)\.", first)
    assert revision is not None
    assert shell.says("migrate") == [f"The database is at {revision[1]}."]


def test_a_database_of_a_newer_release_is_refused_and_left_as_it_is(loaded: Shell) -> None:
    (loaded.folder / "programme.toml").write_text(
        '[programme]\nslug = "new"\nname = "New"\ntimezone = "UTC"\nstarts_on = 2026-11-02\nends_on = 2026-11-02\n'
        'contact = "a@example.org"\n'
    )
    database = Database(loaded.database_url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'next'"))
    database.close()
    before = (loaded.folder / "var" / "traff.db").read_bytes()
    assert loaded.refuses("load", ".") == (
        "traff: The database was written by a newer release of Träff (next); install that release."
    )
    assert (loaded.folder / "var" / "traff.db").read_bytes() == before


# worker


def test_the_worker_delivers_what_is_due_and_exits(loaded: Shell) -> None:
    book(loaded, 2)
    assert loaded.says("worker", "--drain") == ["4 deliveries tried, 0 failed for good."]
    assert deliveries(loaded) == [(DeliveryState.DONE, "")] * 4
    new = loaded.folder / "var" / "mail"
    assert readers(new) == [f"{letter}@example.org" for letter in "abde"]
    for mail in mailbox.Maildir(new, create=False):
        assert [part.get_content_type() for part in mail.walk()].count("text/calendar") == 1
    assert loaded.says("worker", "--drain") == ["Nothing is due."]
    assert len(readers(new)) == 4


def test_the_worker_asks_and_introduces_by_itself_once_the_programme_has_begun(loaded: Shell) -> None:
    assert loaded.says("worker", "--drain") == ["Nothing is due."]
    database = Database(loaded.database_url)
    with database.writing() as session:
        session.scalars(select(Programme)).one().starts_on = datetime.now(UTC).date() - timedelta(days=1)
    database.close()
    assert loaded.says("worker", "--drain") == ["12 deliveries tried, 0 failed for good."]
    mails = mailbox.Maildir(loaded.folder / "var" / "mail", create=False)
    assert readers(loaded.folder / "var" / "mail") == sorted(f"{letter}@example.org" for letter in "aabbccddeeff")
    assert sum("/times/" in str(mail) for mail in mails) == 12, "an introduction leads there as well"
    assert loaded.says("worker", "--drain") == ["Nothing is due."]


def test_what_fails_for_good_is_told_by_the_exit_code_and_keeps_up_nobody(loaded: Shell) -> None:
    """An address from before addresses were checked, for which no mail can be made."""
    book(loaded, 2)
    database = Database(loaded.database_url)
    with database.writing() as session:
        session.scalars(select(Person).where(Person.email == "d@example.org")).one().email = "david@åre.example.org"
    database.close()
    ran = loaded.run("worker", "--drain")
    assert (ran.returncode, ran.stdout) == (1, "4 deliveries tried, 1 failed for good.\n")
    assert "failed for good: The recipient is not exactly one mail address." in ran.stderr
    assert "david" not in ran.stderr, "whose it was stands in the database, not in the log"
    assert "Traceback" not in ran.stderr
    states = deliveries(loaded)
    assert sorted(state for state, _ in states) == [DeliveryState.DONE] * 3 + [DeliveryState.FAILED]
    assert (DeliveryState.FAILED, "The recipient is not exactly one mail address.") in states
    assert readers(loaded.folder / "var" / "mail") == ["a@example.org", "b@example.org", "e@example.org"]
    assert loaded.says("worker", "--drain") == ["Nothing is due."], "and is not tried again"


def test_what_only_waits_is_no_failure(loaded: Shell) -> None:
    book(loaded)
    (loaded.folder / "var" / "mail").write_text("a file where the mail folder should be")
    told, waits = loaded.says("worker", "--drain")
    assert told == "2 deliveries tried, 0 failed for good."
    assert re.fullmatch(r"2 still waiting, the next try at \S+ \d\d:\d\d UTC: The mail folder cannot be .*", waits)
    for state, reason in deliveries(loaded):
        assert state is DeliveryState.WAITING
        assert reason.startswith("The mail folder cannot be written: ")


def test_a_worker_works_until_it_is_stopped(loaded: Shell) -> None:
    with loaded.running("worker") as worker:
        book(loaded)
        until_done(loaded)
        assert (worker.stop(), worker.errors) == (0, "")


def until_done(shell: Shell) -> None:
    until = time.monotonic() + PATIENCE
    while {state for state, _ in deliveries(shell)} != {DeliveryState.DONE}:
        assert time.monotonic() < until
        time.sleep(0.1)


# serve and web


def logged(service: Running) -> list[dict[str, object]]:
    """The lines of the log, each of which is a JSON object."""
    return [json.loads(line) for line in service.errors.splitlines()]


def ready(port: int) -> tuple[int, str]:
    answer = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE)
    return answer.status_code, answer.text


def links(mail: mailbox.MaildirMessage) -> set[str]:
    """The ports that the links in the mail's text lead to."""
    (plain,) = (part for part in mail.walk() if part.get_content_type() == "text/plain")
    return set(re.findall(r"http://127\.0\.0\.1:(\d+)/", payload_of(plain).decode()))


def test_serve_answers_and_delivers_until_it_is_stopped(loaded: Shell) -> None:
    port = free_port()
    book(loaded)
    with loaded.running("serve", "--port", port) as service:
        service.wait_for(f"^Serving on http://127.0.0.1:{port}/ until Ctrl-C.$")
        answer = requests.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE, headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        assert "The mentorship programme" in answer.text
        until_done(loaded)
        assert ready(port) == (200, "ready\n"), "the worker lives"
        assert service.stop() == 0
        assert [(line["endpoint"], line["status"]) for line in logged(service)] == [("public.start", 200)]
    ports = [links(mail) for mail in mailbox.Maildir(loaded.folder / "var" / "mail", create=False)]
    assert ports == [{str(port)}] * 2, "without an address of its own, the service is where it listens"
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE)


def test_web_answers_and_delivers_nothing(loaded: Shell) -> None:
    port = free_port()
    book(loaded)
    with loaded.running("web", "--port", port, "--host", "localhost") as service:
        service.wait_for(f"^Serving on http://localhost:{port}/ until Ctrl-C.$")
        assert requests.get(f"http://127.0.0.1:{port}/p/mentor/", timeout=PATIENCE).status_code == 200
        assert requests.get(f"http://127.0.0.1:{port}/p/nowhere/", timeout=PATIENCE).status_code == 404
        assert ready(port) == (200, "ready\n"), "it has no worker to wait for"
        assert service.stop(signal.SIGINT) == 0
        assert [line["status"] for line in logged(service)] == [200, 404]
    assert [state for state, _ in deliveries(loaded)] == [DeliveryState.WAITING] * 2


def test_a_port_that_is_taken_is_one_sentence(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = shell.refuses("serve", "--port", port)
    assert sentence == (
        f"traff: Cannot listen on 127.0.0.1 port {port}: Address already in use; choose another with --port."
    )


def test_an_address_that_there_is_not_is_one_sentence(shell: Shell) -> None:
    sentence = shell.refuses("web", "--host", "nowhere.invalid", "--port", 8765)
    why = "there is no such address"
    assert sentence == f"traff: Cannot listen on nowhere.invalid port 8765: {why}; choose another with --port."
