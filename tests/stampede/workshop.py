"""A workshop with a few seats, those who run for them, and what must be true afterwards."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import BatchOperations, Operations
from sqlalchemy import Connection, select, text

from scheduler.db import Database
from scheduler.models import Delivery, Event, Registration
from scheduler.presenters.links import Links
from scheduler.states import RegistrationState
from tests.builders import a_programme, an_event
from tests.cli.shell import KEY
from tests.stampede.rush import Answer, Post, form_of

PATH = "/p/mentor/e/workshop/"
LINKS = Links("http://127.0.0.1", KEY)


def announced(database: Database, seats: int) -> None:
    """The workshop is next week, and registration has just opened."""
    with database.writing() as session:
        starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
        an_event(session, a_programme(session), capacity=seats, starts_at=starts_at)


@contextmanager
def without_backstops(database: Database) -> Iterator[None]:
    """Without what the database itself would refuse an overbooked event with, for a control to show the race."""
    name = "uq_registration_event_id_number"
    with database.engine.begin() as connection, _registrations(connection) as table:
        table.drop_constraint(name, type_="unique")
    try:
        yield
    finally:
        with database.engine.begin() as connection:  # it comes back only over clean tables
            connection.execute(text("DELETE FROM delivery"))
            connection.execute(text("DELETE FROM registration"))
            with _registrations(connection) as table:
                table.create_unique_constraint(name, ["event_id", "number"])


def unguarded(folder: Path) -> tuple[str, ...]:
    """How the servers are launched by a control: without the lock, and so that they race each other in this folder."""
    (marks := folder / "marks").mkdir()
    return "--unguarded", str(marks)


def _registrations(connection: Connection) -> AbstractContextManager[BatchOperations]:
    return Operations(MigrationContext.configure(connection)).batch_alter_table("registration")


def crowd(ports: Sequence[int], people: int, *, twice: int = 0, over: float = 0.0) -> list[Post]:
    """Everybody's form, at once or evenly `over` so many seconds; the first `twice` of them double-click.

    All share a cookie, as a class does that sits behind one address; each has a form of their own.
    """
    hidden, cookie = form_of(ports[0], PATH)
    posts = []
    for number in range(people):
        fields = {
            **hidden, "name": f"Person {number}", "email": f"person-{number}@example.org", "locale": "en",
            "timezone": "Europe/Stockholm", "consent": "yes", "form_key": secrets.token_urlsafe(24),
        }  # fmt: skip
        for click in range(2 if number < twice else 1):
            port, at = ports[(number + click) % len(ports)], over * number / people
            posts.append(Post(f"person-{number}", port, PATH, fields, cookie, at))
    return posts


def leaving(database: Database, ports: Sequence[int], numbers: range) -> list[Post]:
    """Those with these numbers give up their places, with a double-click each."""
    with database.reading() as session:
        rows = session.scalars(select(Registration).where(Registration.number.in_(numbers))).all()
        paths = [f"/r/{LINKS.token('receipt', row.id, row.receipt_generation)}/cancel" for row in rows]
    return [Post(path, port, path, {}, "") for path in paths for port in (ports[0], ports[-1])]


def registered(database: Database) -> list[tuple[int, str]]:
    """(number, state) of everybody, in order."""
    with database.reading() as session:
        rows = session.execute(select(Registration.number, Registration.state).order_by(Registration.number))
        return [(number, state.value) for number, state in rows]


def confirmed(database: Database) -> list[int]:
    """The numbers of those with a seat."""
    return [number for number, state in registered(database) if state == RegistrationState.CONFIRMED]


def numbers_told(database: Database, change: str) -> list[int]:
    """The numbers of those who were told this, in order; a number stands there as often as it was told."""
    return sorted(number for (number, what), times in told(database).items() if what == change for _ in range(times))


def told(database: Database) -> Counter[tuple[int, str]]:
    """How often the one with each number was told what."""
    with database.reading() as session:
        numbers = dict(session.execute(select(Registration.id, Registration.number)).all())
        payloads = session.scalars(select(Delivery.payload)).all()
    return Counter((numbers[payload["registration_id"]], payload["change"]) for payload in payloads)


def check(database: Database, answers: Sequence[Answer], *, people: int, seats: int) -> None:
    """Seats to the first, the rest in line without a gap, each told once, in the order in which they came."""
    statuses = Counter(answer.status for answer in answers)
    assert statuses == {303: len(answers)}, statuses
    assert registered(database) == [
        (number, "confirmed" if number <= seats else "waitlisted") for number in range(1, people + 1)
    ]
    assert told(database) == {
        (number, "confirmed" if number <= seats else "waitlisted"): 1 for number in range(1, people + 1)
    }
    with database.reading() as session:
        event = session.scalars(select(Event)).one()
        assert (event.taken, event.next_number) == (seats, people + 1)
        place = {f"/r/{LINKS.token('receipt', row.id, 1)}": row.number for row in session.scalars(select(Registration))}
    receipts: dict[str, set[str]] = {}
    for answer in answers:
        receipts.setdefault(answer.who, set()).add(answer.location)
    assert all(len(locations) == 1 for locations in receipts.values()), "a double-click led to two receipts"
    check_fair([(answer, place[answer.location]) for answer in answers])


def check_fair(placed: list[tuple[Answer, int]]) -> None:
    """Whoever was answered before another sent their form stands before them."""
    first: dict[int, tuple[float, float]] = {}
    for answer, number in placed:
        sent, answered = first.get(number, (answer.sent, answer.answered))
        first[number] = min(sent, answer.sent), min(answered, answer.answered)
    latest_before, best = sorted((answered, number) for number, (_, answered) in first.items()), 0
    waiting = iter(latest_before)
    answered, number = next(waiting)
    for sent, mine in sorted((sent, number) for number, (sent, _) in first.items()):
        while answered < sent:
            best = max(best, number)
            answered, number = next(waiting, (float("inf"), 0))
        assert best < mine, f"number {best} had their answer before number {mine} sent anything"
