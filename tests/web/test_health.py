"""What whoever watches over the service asks: alive, and able to serve."""

import pytest
from sqlalchemy import text

from scheduler.db import Database
from scheduler.web import create_web
from tests.builders import LINKS
from tests.web.conftest import SETTINGS, Clock, Stage, Visitor


def asked(visitor: Visitor, address: str) -> tuple[int, str]:
    answer = visitor.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/plain"
    return answer.status_code, answer.text


def release(database: Database, revision: str) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_ready_with_a_database_of_this_release(stages: Stage) -> None:
    assert asked(stages.visitor(), "/readyz") == (200, "ready\n")
    assert asked(stages.visitor(), "/healthz") == (200, "alive\n")


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        ("0001", "The database is at 0001, and this release wants "),
        ("next", "The database was written by a newer release of Träff (next); install that release."),
    ],
)
def test_not_with_one_of_another_release(stage: Stage, revision: str, sentence: str) -> None:
    release(stage.database, revision)
    status, said = asked(stage.visitor(), "/readyz")
    assert status == 503
    assert sentence in said
    assert asked(stage.visitor(), "/healthz")[0] == 200


def test_not_without_a_database_but_alive(clock: Clock) -> None:
    away = Database("postgresql+psycopg://nobody:hidden@127.0.0.1:1/nowhere")
    visitor = Visitor(create_web(SETTINGS, away, LINKS, clock))
    assert asked(visitor, "/readyz") == (503, "The database does not answer.\n")
    assert asked(visitor, "/healthz") == (200, "alive\n")
    away.close()


def test_not_without_the_worker_that_belongs_to_the_process(stage: Stage) -> None:
    visitor = Visitor(create_web(SETTINGS, stage.database, LINKS, stage.clock, lambda: False))
    status, said = asked(visitor, "/readyz")
    assert status == 503
    assert said == "The worker of this process does not run, or meets a bug; see its log, and restart the process.\n"


@pytest.fixture
def clock() -> Clock:
    return Clock()
