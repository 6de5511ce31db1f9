"""A database that was put back from a backup: a link that was mailed after it opens nobody else's row."""

from datetime import timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import Person
from scheduler.programme.people import sign_ins
from scheduler.programme.restoring import after_restoring
from tests.builders import NOW, a_person


def somebody(session: Session, name: str) -> int:
    return a_person(session, name, weekly=[]).id


def put_back(session: Session, last: int) -> None:
    """The people up to this id, and their counter, as they stand in a backup of that time; 0 is before the first."""
    session.execute(delete(Person).where(Person.id > last))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT setval('person_id_seq', :id, :used)"), {"id": max(last, 1), "used": last > 0})
        return
    session.execute(text("DELETE FROM sqlite_sequence WHERE name = 'person'"))
    if last:
        session.execute(text("INSERT INTO sqlite_sequence VALUES ('person', :id)"), {"id": last})


def check_ids(database: Database, last: int) -> None:
    """What is lost with a backup of this time has an id that is not given again, as it is without the command."""
    with database.writing() as session:
        lost = {somebody(session, name) for name in ("Lost", "Gone")}
        put_back(session, last)
        assert {somebody(session, name) for name in ("Other", "Another")} == lost, "without the command"
        put_back(session, last)
        after_restoring(session)
        assert somebody(session, "New") > max(lost) + 100_000
        assert session.scalars(select(Person.id).where(Person.id.in_(lost))).all() == []


def test_ids_of_what_is_lost_are_not_given_again(database: Database) -> None:
    with database.writing() as session:
        last = somebody(session, "Kept")
    check_ids(database, last)


def test_not_even_where_the_backup_has_nothing_of_a_kind(database: Database) -> None:
    check_ids(database, 0)


def test_whoever_signed_out_after_the_backup_is_not_signed_in_by_it(database: Database) -> None:
    with database.writing() as session:
        link = sign_ins.make(session, "anna@example.org", valid=timedelta(hours=1), now=NOW)
        token = sign_ins.use_link(session, link.id, link.nonce, now=NOW).token
        assert sign_ins.signed_in_as(session, token, now=NOW) == "anna@example.org"
        after_restoring(session)
        assert sign_ins.signed_in_as(session, token, now=NOW) is None
