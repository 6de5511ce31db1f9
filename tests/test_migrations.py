"""Migrations: what they make is what the models say, on both databases, whoever migrates how often at once."""

import multiprocessing
import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, make_url, select, text
from sqlalchemy.exc import DBAPIError

from scheduler import db, migrations
from scheduler.db import Base, Database
from scheduler.errors import BadSetting
from scheduler.migrations import CannotMigrate, DatabaseNewer, migrate
from scheduler.models import Person
from tests.builders import a_person
from tests.crowds import PATIENCE
from tests.races import looked

Schema = dict[str, set[tuple[object, ...]]]


# What the models say


def sqlite_schema(connection: Connection) -> Schema:
    """Tables with a part for each column and constraint, whatever their order; indexes; triggers."""
    rows = connection.execute(
        text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
    )
    found: Schema = {"table": set(), "index": set(), "trigger": set()}
    for kind, name, table, sql in rows:
        if name == "sqlite_sequence":
            continue
        words = re.sub(r"\s+", " ", sql.replace('"', "")).replace("( ", "(").replace(" )", ")")
        parts = top_level_parts(words) if kind == "table" else [words]
        found[kind] |= {(table, name, part) for part in parts}
    return found


def top_level_parts(statement: str) -> list[str]:
    """What stands between the commas of CREATE TABLE x (...), and what stands around it."""
    parts, depth, part = [], 0, ""
    for letter in statement:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if (letter == "," and depth == 1) or (letter == "(" and depth == 1) or (letter == ")" and depth == 0):
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    assert depth == 0
    return [*parts, part.strip()]


POSTGRES = {
    "column": (
        "SELECT table_name, column_name, data_type, udt_name, character_maximum_length, numeric_precision, "
        "is_nullable, column_default, is_identity FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
    ),
    "constraint": (
        "SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'"
    ),
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes "
    "WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
    "extension": "SELECT extname FROM pg_extension",
}


def postgres_schema(connection: Connection) -> Schema:
    return {kind: {tuple(row) for row in connection.execute(text(query))} for kind, query in POSTGRES.items()}


def schema(connection: Connection) -> Schema:
    return (sqlite_schema if connection.dialect.name == "sqlite" else postgres_schema)(connection)


def schema_of(database: Database) -> Schema:
    with database.engine.connect() as connection:
        return schema(connection)


@pytest.fixture
def by_models(fresh: Database, request: pytest.FixtureRequest, tmp_path: Path) -> Schema:
    """What the models make, in another database of the same kind."""
    sqlite = fresh.engine.dialect.name == "sqlite"
    other = Database(f"sqlite:///{tmp_path}/models.db" if sqlite else request.getfixturevalue("make_postgres")())
    Base.metadata.create_all(other.engine)
    found = schema_of(other)
    other.close()
    return found


def test_models_and_migrations_agree(fresh: Database, by_models: Schema) -> None:
    migrate(fresh)
    found = schema_of(fresh)
    for kind, expected in by_models.items():
        assert found[kind] - expected == set(), f"the migrations make another {kind}"
        assert expected - found[kind] == set(), f"the migrations lack a {kind}"
        assert expected
    tables = {row[0] for row in found["table" if "table" in found else "column"]}
    assert tables == set(Base.metadata.tables)


def damages(connection: Connection) -> list[str]:
    """Every way to make the schema another by one statement that this test knows."""
    found = schema(connection)
    if connection.dialect.name == "sqlite":
        gone = [f"DROP {kind} {name}" for kind in ("trigger", "index") for _, name, _ in found[kind]]
        tables = {table for table, *_ in found["table"]}
        checks = {(table, part) for table, _, part in found["table"] if re.match("CONSTRAINT ck_", str(part))}
        return [
            *gone,
            *(f"ALTER TABLE {table} ADD COLUMN extra INTEGER" for table in tables),
            *(
                "UPDATE sqlite_master SET sql = replace(sql, '"
                + str(check).partition("(")[0]
                + "', 'CONSTRAINT x CHECK ')"
                f" WHERE name = '{table}'"
                for table, check in checks
            ),
            "UPDATE sqlite_master SET sql = replace(sql, 'name VARCHAR NOT', 'name VARCHAR') WHERE name = 'person'",
            "UPDATE sqlite_master SET sql = replace(sql, 'AUTOINCREMENT', '') WHERE name = 'seat'",
            "UPDATE sqlite_master SET sql = replace(sql, 'ends_at > new.starts_at', 'ends_at >= new.starts_at') "
            "WHERE type = 'trigger' AND name LIKE 'seat_no_overlap%'",
        ]
    constraints = [f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE" for table, name, *_ in found["constraint"]]
    of_constraints = {name for _, name, *_ in found["constraint"]}
    nullable = [
        f"ALTER TABLE {row[0]} ALTER {row[1]} DROP NOT NULL"
        for row in found["column"]
        if row[6] == "NO" and row[1] not in {"id", "person_id"}
    ]
    return [
        *constraints,
        *(f"DROP INDEX {name}" for _, name, _ in found["index"] if name not in of_constraints),
        *nullable,
        *(f"ALTER TABLE {row[0]} ALTER {row[1]} TYPE date" for row in found["column"] if row[3] == "timestamptz"),
        "ALTER TABLE person ADD COLUMN extra integer",
        "ALTER TABLE person ALTER locale TYPE varchar(5)",
        "ALTER TABLE zoom_meeting ALTER zoom_id TYPE integer",
    ]


def test_no_difference_goes_unnoticed(fresh: Database) -> None:
    """The control of the test above: whatever is damaged, the comparison tells."""
    migrate(fresh)
    unnoticed, tried = [], 0
    with fresh.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA writable_schema = ON")
        whole = schema(connection)
        for statement in damages(connection):
            nested = connection.begin_nested()
            try:
                connection.exec_driver_sql(statement)
            except DBAPIError:  # such as another type for a column that an exclusion constraint needs
                nested.rollback()
                continue
            tried += 1
            if schema(connection) == whole:
                unnoticed.append(statement)
            nested.rollback()
        assert schema(connection) == whole
        connection.rollback()
    assert unnoticed == []
    assert tried > 50


# Whoever migrates, how often, and at once


def test_a_fresh_database_is_brought_to_this_release(fresh: Database) -> None:
    before, after = migrate(fresh)
    assert before is None
    with fresh.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [after]


def test_migrating_twice_is_harmless(fresh: Database) -> None:
    _, head = migrate(fresh)
    with fresh.writing() as session:
        a_person(session, "Maria")
    before = schema_of(fresh)
    assert migrate(fresh) == (head, head)
    assert schema_of(fresh) == before
    with fresh.reading() as session:
        assert session.scalars(select(Person.name)).all() == ["Maria"]


def race(url: str, folder: Path, *, guarded: bool) -> None:
    """Migrates, in a process of its own; meets the other, if it can, once both know which steps there are to take."""
    database, first = Database(url), iter([True])

    @event.listens_for(database.engine, "before_cursor_execute")
    def _meet_first(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith("CREATE TABLE") and next(first, False):
            looked(folder, patience=0.5 if guarded else PATIENCE)

    if not guarded:
        migrations._take_turn = lambda connection: None
        database.engine = database.engine.execution_options(read_only=True)  # plain BEGIN on SQLite
    try:
        migrate(database)
    except CannotMigrate:
        raise SystemExit(3) from None


@pytest.mark.parametrize(
    ("guarded", "codes"), [pytest.param(True, [0, 0], id="guarded"), pytest.param(False, [0, 3], id="control")]
)
def test_two_processes_migrate_at_once(fresh: Database, tmp_path: Path, guarded: bool, codes: list[int]) -> None:
    """Both succeed, since one waits for the other; without the guards one of them fails."""
    spawn = multiprocessing.get_context("spawn")
    url = fresh.engine.url.render_as_string(hide_password=False)
    (marks := tmp_path / "marks").mkdir()
    processes = [spawn.Process(target=race, args=(url, marks), kwargs={"guarded": guarded}) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(process.exitcode or 0 for process in processes) == codes
    assert len(list(marks.iterdir())) == (1 if guarded else 2)
    before, after = migrate(fresh)
    assert before == after


def test_whoever_has_to_wait_longer_than_everyday_work_may_still_migrates(
    make_postgres: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "POSTGRES_OPTIONS", "-c lock_timeout=500ms -c statement_timeout=1s")
    database = Database(make_postgres())
    taken, release = threading.Event(), threading.Event()

    def hold() -> None:
        with database.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": migrations._LOCK})
            taken.set()
            release.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait()
    with pytest.raises(DBAPIError, match="lock timeout"), database.writing() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": migrations._LOCK})
    threading.Timer(1.5, release.set).start()
    assert migrate(database)[0] is None
    holder.join()
    with database.writing() as session:
        assert session.execute(text("SHOW statement_timeout")).scalar() == "1s", "for the upgrade only"
    database.close()


# What is refused


def everything(database: Database) -> tuple[Schema, list[str]]:
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT version_num FROM alembic_version"))
        return schema(connection), [str(row) for row in rows] + [str(row) for row in connection.execute(select(Person))]


def test_a_database_of_a_newer_release_is_refused_and_left_as_it_is(fresh: Database) -> None:
    migrate(fresh)
    with fresh.writing() as session:
        a_person(session, "Maria")
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = everything(fresh)
    with pytest.raises(DatabaseNewer) as refused:
        migrate(fresh)
    assert str(refused.value) == ("The database was written by a newer release of Träff (9999); install that release.")
    assert everything(fresh) == before


def test_a_database_with_other_tables_is_refused_and_left_as_it_is(fresh: Database) -> None:
    with fresh.engine.begin() as connection:
        connection.execute(text("CREATE TABLE meeting (theirs INTEGER)"))
    before = schema_of(fresh)
    with pytest.raises(CannotMigrate) as refused:
        migrate(fresh)
    sentence = str(refused.value)
    assert sentence.startswith("The database cannot be brought to this release: ")
    assert "meeting" in sentence
    assert "already exists" in sentence
    assert "\n" not in sentence
    assert schema_of(fresh) == before


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql+psycopg://postgres@127.0.0.1:1/traff", "Connection refused"),
        ("postgresql+psycopg://postgres@nowhere.invalid/traff", "nowhere.invalid"),
        ("postgresql+psycopg://postgres@127.0.0.1:1/traff?colour=red", "colour"),
    ],
)
def test_a_database_that_does_not_answer_is_one_sentence(url: str, why: str) -> None:
    database = Database(url)
    with pytest.raises(BadSetting) as refused:
        migrate(database)
    sentence = str(refused.value)
    assert sentence.startswith("TRAFF_DATABASE_URL names a database that does not answer: ")
    assert why in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    database.close()


def test_a_postgresql_database_that_is_not_there_is_one_sentence(postgres_url: str) -> None:
    database = Database(make_url(postgres_url).set(database="no_such").render_as_string(hide_password=False))
    with pytest.raises(BadSetting, match=r'that does not answer: .*database "no_such" does not exist\.$'):
        migrate(database)
    database.close()


def test_a_file_that_is_no_database_is_one_sentence_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "traff.db"
    file.write_text("Dear diary, " * 100)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(BadSetting) as refused:
        migrate(database)
    assert str(refused.value) == ("TRAFF_DATABASE_URL names a database that does not answer: file is not a database.")
    assert file.read_text() == "Dear diary, " * 100
    database.close()


def test_a_sqlite_database_that_somebody_holds_is_one_sentence(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "SQLITE_PRAGMAS", ("journal_mode=WAL", "busy_timeout=100"))
    file = tmp_path / "traff.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotMigrate) as refused:
            migrate(database)
    assert str(refused.value) == "The database cannot be brought to this release: database is locked."
    assert migrate(database)[0] is not None
    database.close()
