"""Who may see what: links that work once, sessions that end, and the desks of coordinators."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db import Base, Database
from scheduler.errors import LinkSpent, UnknownName
from scheduler.models import Coordinator, SignIn, WebSession
from scheduler.programme import access
from tests.builders import NOW, a_department, a_programme

ANNA = "anna@example.org"
DAY = timedelta(days=1)


def a_link(database: Database, email: str = ANNA, valid: timedelta = DAY) -> str:
    with database.writing() as session:
        return access.make_sign_in(session, email, valid=valid, now=NOW)


def sign_in(database: Database, token: str, *, after: timedelta = timedelta(0)) -> str:
    with database.writing() as session:
        return access.sign_in(session, token, now=NOW + after)


def who(database: Database, session_token: str, *, after: timedelta = timedelta(0)) -> str | None:
    with database.reading() as session:
        return access.signed_in_as(session, session_token, now=NOW + after)


def everything(database: Database) -> str:
    """All that the database holds, as text."""
    with database.reading() as session:
        return "".join(str(session.execute(select(table)).all()) for table in Base.metadata.sorted_tables)


def test_a_link_signs_in_whom_it_was_made_for(database: Database) -> None:
    assert who(database, sign_in(database, a_link(database))) == ANNA


def test_a_link_works_once(database: Database) -> None:
    token = a_link(database)
    session_token = sign_in(database, token)
    with pytest.raises(LinkSpent):
        sign_in(database, token)
    assert who(database, session_token) == ANNA, "the second try takes nothing away"
    with database.reading() as session:
        assert len(session.scalars(select(WebSession)).all()) == 1


@pytest.mark.parametrize(
    ("after", "works"),
    [(timedelta(0), True), (DAY - timedelta(seconds=1), True), (DAY, False), (DAY + timedelta(seconds=1), False)],
)
def test_a_link_works_until_its_time_is_over(database: Database, after: timedelta, works: bool) -> None:
    token = a_link(database)
    if works:
        assert sign_in(database, token, after=after)
    else:
        with pytest.raises(LinkSpent):
            sign_in(database, token, after=after)


@pytest.mark.parametrize("token", ["", "x", "None", "' OR 1=1 --", "å" * 100, "x" * 100_000])
def test_what_is_no_link_is_as_spent(database: Database, token: str) -> None:
    a_link(database)
    with pytest.raises(LinkSpent):
        sign_in(database, token)
    assert who(database, token) is None


def test_a_link_to_sign_in_opens_no_session_by_itself(database: Database) -> None:
    token = a_link(database)
    assert who(database, token) is None
    session_token = sign_in(database, token)
    with pytest.raises(LinkSpent):
        sign_in(database, session_token)


def test_no_token_lies_in_the_database(database: Database) -> None:
    token = a_link(database)
    session_token = sign_in(database, token)
    held = everything(database)
    assert ANNA in held
    assert token not in held
    assert session_token not in held
    assert min(len(token), len(session_token)) >= 32, "characters of six bits"


def test_each_link_and_session_is_another(database: Database) -> None:
    tokens = [a_link(database) for _ in range(20)]
    sessions = [sign_in(database, token) for token in tokens]
    assert len({*tokens, *sessions}) == 40


def test_of_two_who_use_one_link_at_once_one_gets_in(database: Database) -> None:
    token = a_link(database)
    met = threading.Barrier(2)
    got: list[str] = []
    refused: list[LinkSpent] = []

    def use() -> None:
        met.wait()
        try:
            got.append(sign_in(database, token))
        except LinkSpent as spent:
            refused.append(spent)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(refused)) == (1, 1)
    with database.reading() as session:
        assert len(session.scalars(select(WebSession)).all()) == 1
        assert session.scalars(select(SignIn.used_at)).all() == [NOW]


def test_a_session_ends_after_a_fortnight(database: Database) -> None:
    token = sign_in(database, a_link(database))
    assert who(database, token, after=14 * DAY - timedelta(seconds=1)) == ANNA
    assert who(database, token, after=14 * DAY) is None


def test_signing_out_ends_this_session_only(database: Database) -> None:
    here, there = (sign_in(database, a_link(database)) for _ in range(2))
    with database.writing() as session:
        assert access.sign_out(session, here)
    assert (who(database, here), who(database, there)) == (None, ANNA)
    with database.writing() as session:
        assert not access.sign_out(session, here), "there is none any more"
        assert not access.sign_out(session, "")


@pytest.fixture
def session(database: Database) -> Session:  # type: ignore[misc]
    """Two programmes: one of two departments, and one of one."""
    with database.writing() as session:
        mentor, other = a_programme(session), a_programme(session, "other")
        a_department(session, mentor, "Fysikum")
        a_department(session, mentor, "Språk")
        a_department(session, other, "Fysikum")
        yield session


def grant(session: Session, slug: str, department: str | None, email: str = ANNA) -> None:
    programme = access.programme_by_slug(session, slug)
    access.grant_coordinator(session, email, programme=programme, department=department)


def desks(session: Session, email: str = ANNA) -> list[tuple[str, list[str] | None]]:
    return [
        (desk.programme.slug, None if desk.departments is None else [row.name for row in desk.departments])
        for desk in access.desks_of(session, email)
    ]


GRANTS: dict[str, tuple[list[tuple[str, str | None]], list[tuple[str, list[str] | None]]]] = {
    "nothing": ([], []),
    "a whole programme": ([("mentor", None)], [("mentor", None)]),
    "a department": ([("mentor", "Språk")], [("mentor", ["Språk"])]),
    "two departments": ([("mentor", "Språk"), ("mentor", "Fysikum")], [("mentor", ["Språk", "Fysikum"])]),
    "a department, then all": ([("mentor", "Språk"), ("mentor", None)], [("mentor", None)]),
    "all, then a department": ([("mentor", None), ("mentor", "Språk")], [("mentor", None)]),
    "the same twice": ([("mentor", "Språk"), ("mentor", "Språk")], [("mentor", ["Språk"])]),
    "all twice": ([("mentor", None), ("mentor", None)], [("mentor", None)]),
    "two programmes": ([("other", "Fysikum"), ("mentor", None)], [("other", ["Fysikum"]), ("mentor", None)]),
}


@pytest.mark.parametrize("case", GRANTS)
def test_desks_are_what_was_granted(session: Session, case: str) -> None:
    grants, expected = GRANTS[case]
    for slug, department in grants:
        grant(session, slug, department)
    assert desks(session) == expected
    assert desks(session, "bo@example.org") == []
    assert len(session.scalars(select(Coordinator)).all()) == len(set(grants))


def test_a_desk_is_of_its_own_programmes_department(session: Session) -> None:
    grant(session, "other", "Fysikum")
    (desk,) = access.desks_of(session, ANNA)
    assert desk.departments is not None
    assert [row.programme_id for row in desk.departments] == [desk.programme.id]


def test_names_that_are_unknown(session: Session) -> None:
    with pytest.raises(UnknownName, match="There is no programme nowhere"):
        access.programme_by_slug(session, "nowhere")
    with pytest.raises(UnknownName, match="There is no department Språk"):
        grant(session, "other", "Språk")
    with pytest.raises(UnknownName):
        grant(session, "mentor", "")
    assert desks(session) == []
