"""What all tests share: both databases, the contracts of the outside world, and no silent skips in CI."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from scheduler.db import Base, Database
from scheduler.migrations import migrate

# A busy machine is no failure; the examples are the same each time, and `make fuzz` looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")

CI = os.environ.get("CI") == "true"
POSTGRES = os.environ.get("TRAFF_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
CONTRACTS = Path(__file__).parents[2] / "shared" / "data"


def need(service: str) -> None:
    """Skips a test whose service is not on this machine; in CI, where every service is, that is a failure."""
    if CI:
        pytest.fail(f"{service} does not answer, and CI must have it")
    pytest.skip(f"{service} is not on this machine")


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder of outside contracts (Zoom's OpenAPI file, recorded bodies, calendar replies) beside the checkout."""
    if not CONTRACTS.is_dir():
        pytest.skip("the folder shared/data with the outside contracts is not beside this checkout")
    return CONTRACTS


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test process's own."""
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"traff_{worker_id}_{os.getpid()}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        need("PostgreSQL")
    url = server.url.set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    migrate(database)
    database.close()
    yield url
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()  # the last to leave writes the log back into the file
    return path


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database of this release."""
    path = tmp_path / "traff.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """An empty PostgreSQL database of this release."""
    database = Database(postgres_url)
    tables = ", ".join(Base.metadata.tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database, on SQLite and then on PostgreSQL."""
    found: Database = request.getfixturevalue(request.param)
    return found
