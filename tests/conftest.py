"""What all tests share: both databases, the contracts of the outside world, and no silent skips in CI."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from scheduler.db import Base, Database
from scheduler.migrations import migrate

# A busy machine is no failure; the examples are the same each time, and `make fuzz` looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

CI = os.environ.get("CI") == "true"
POSTGRES = os.environ.get("TRAFF_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
OF_NOBODY = "TEMPLATE template0"  # the other one is not copied while anybody is connected to it, be it a vacuum
CONTRACTS = Path(__file__).parents[2] / "shared" / "data"


def need(service: str) -> None:
    """Skips a test whose service is not on this machine; in CI, where every service is, that is a failure."""
    if CI:
        pytest.fail(f"{service} does not answer, and CI must have it")
    pytest.skip(f"{service} is not on this machine")


def empty(connection: Connection) -> None:
    """Takes out all rows, and counts from one again. On PostgreSQL, TRUNCATE would make some hundred files anew."""
    statements = [f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables)]
    if connection.dialect.name == "sqlite":
        for statement in (*statements, "DELETE FROM sqlite_sequence"):
            connection.exec_driver_sql(statement)
    else:  # all in one message: whoever is long silent in the midst of a transaction is thrown out
        counted = [table.name for table in Base.metadata.sorted_tables if "id" in table.c]
        statements += [f"SELECT setval('{name}_id_seq', 1, false)" for name in counted]
        connection.exec_driver_sql("; ".join(statements))


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder of outside contracts (Zoom's OpenAPI file, recorded bodies, calendar replies) beside the checkout."""
    if not CONTRACTS.is_dir():
        pytest.skip("the folder shared/data with the outside contracts is not beside this checkout")
    return CONTRACTS


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost, with its key, that no authority vouches for."""
    if not shutil.which("openssl"):
        need("openssl")
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run(["openssl", *made.split(), *names], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test process's own."""
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 30})
    name = f"traff_{worker_id}_{secrets.token_hex(4)}"  # a run that was killed leaves its own behind
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {OF_NOBODY}"))
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))  # no power is cut here
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
    with database.engine.begin() as connection:
        empty(connection)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database, on SQLite and then on PostgreSQL."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction in it, which is committed at the end of the test."""
    with database.writing() as session:
        yield session


@pytest.fixture
def make_postgres(postgres_url: str) -> Iterator[Callable[[], str]]:
    """Makes databases without anything in them."""
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        name = f"{make_url(postgres_url).database}_{len(made)}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {OF_NOBODY}"))
        made.append(name)
        return make_url(postgres_url).set(database=name).render_as_string(hide_password=False)

    yield make
    with server.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without anything in it, on SQLite and then on PostgreSQL."""
    sqlite = request.param == "sqlite"
    database = Database(f"sqlite:///{tmp_path}/fresh.db" if sqlite else request.getfixturevalue("make_postgres")())
    yield database
    database.close()
