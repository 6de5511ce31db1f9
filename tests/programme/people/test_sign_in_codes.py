"""Signing in by the code of a mail: once, for a quarter of an hour, and with few tries."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import CodeSpent, LinkSpent
from scheduler.models import SignIn, WebSession
from scheduler.programme.people import sign_ins
from tests.builders import LINKS, NOW
from tests.crowds import at_once
from tests.programme.people.test_sign_ins import ANNA, AT_ONCE, MINUTE, ask, sign_in, who
from tests.races import Race


def by_code(database: Database, sign_in_id: int, typed: str, *, after: timedelta = timedelta(0)) -> str | None:
    with database.writing() as session:
        opened = sign_ins.use_code(
            session, sign_in_id, right=lambda nonce: LINKS.is_code(typed, sign_in_id, nonce), now=NOW + after
        )
        return opened.token if opened else None


def code_of(database: Database, sign_in_id: int) -> str:
    with database.reading() as session:
        return LINKS.code(sign_in_id, session.get_one(SignIn, sign_in_id).nonce)


@pytest.fixture
def asked(database: Database) -> int:
    made = ask(database)
    assert made is not None
    return made


def test_a_code_signs_in_whom_it_was_made_for_and_leads_where_they_wanted(database: Database, asked: int) -> None:
    code = code_of(database, asked)
    with database.writing() as session:
        opened = sign_ins.use_code(session, asked, right=lambda nonce: LINKS.is_code(code, asked, nonce), now=NOW)
    assert opened is not None
    assert (opened.email, opened.leads_to) == (ANNA, "/me/")
    assert who(database, opened.token) == ANNA


def test_the_code_is_used_up_with_the_link_and_the_link_with_the_code(database: Database) -> None:
    first, second = ask(database), ask(database)
    assert first is not None
    assert second is not None
    with database.writing() as session:
        sign_ins.use_link(session, first, session.get_one(SignIn, first).nonce, now=NOW)
    with pytest.raises(CodeSpent):
        by_code(database, first, code_of(database, first))
    assert by_code(database, second, code_of(database, second))
    with database.writing() as session, pytest.raises(LinkSpent):
        sign_ins.use_link(session, second, session.get_one(SignIn, second).nonce, now=NOW)


def test_after_five_wrong_tries_the_right_one_is_too_late(database: Database, asked: int) -> None:
    code = code_of(database, asked)
    assert [by_code(database, asked, f"AAAA-AAA{n}") for n in (2, 3, 4, 6)] == [None] * 4
    other = ask(database)
    assert other is not None
    assert by_code(database, other, code_of(database, other)), "the tries are each sign-in's own"
    assert by_code(database, asked, "AAAA-AAA7") is None
    for typed in (code, "AAAA-AAA9"):
        with pytest.raises(CodeSpent):
            by_code(database, asked, typed)


def test_nor_do_tries_at_once_make_it_more(database: Database, asked: int) -> None:
    outcomes = at_once([lambda: by_code(database, asked, "AAAA-AAAA")] * AT_ONCE)
    assert outcomes == {"done": 5, "CodeSpent": AT_ONCE - 5}


@pytest.mark.parametrize(("after", "works"), [(15 * MINUTE - timedelta(seconds=1), True), (15 * MINUTE, False)])
def test_a_code_works_for_fifteen_minutes(database: Database, asked: int, after: timedelta, works: bool) -> None:
    if works:
        assert by_code(database, asked, code_of(database, asked), after=after)
    else:
        with pytest.raises(CodeSpent):
            by_code(database, asked, code_of(database, asked), after=after)


def test_a_code_of_another_sign_in_is_a_wrong_one(database: Database, asked: int) -> None:
    other = ask(database)
    assert other is not None
    assert by_code(database, asked, code_of(database, other)) is None


def test_a_sign_in_that_there_is_not(database: Database) -> None:
    with pytest.raises(CodeSpent):
        by_code(database, 4711, "AAAA-AAAA")


def sessions(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(WebSession)).all())


def test_of_many_who_use_one_mail_at_once_by_link_and_by_code_one_gets_in(database: Database, asked: int) -> None:
    with database.reading() as session:
        link, code = LINKS.token("sign-in", asked, session.get_one(SignIn, asked).nonce), code_of(database, asked)
    outcomes = at_once(
        [lambda: sign_in(database, link)] * (AT_ONCE // 2) + [lambda: by_code(database, asked, code)] * (AT_ONCE // 2)
    )
    assert outcomes["done"] == 1
    assert sum(outcomes.values()) == AT_ONCE
    assert sessions(database) == 1


def test_if_it_were_looked_up_first_many_would(database: Database, asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: look, then write, in transactions as SQLAlchemy begins them by itself."""
    race = Race()

    def naive(session: Session, found: SignIn, now: object) -> bool:
        fresh = session.scalars(select(SignIn.used_at).where(SignIn.id == found.id)).one() is None
        race.looked()
        session.execute(update(SignIn).where(SignIn.id == found.id).values(used_at=NOW))
        return fresh

    with database.reading() as session:
        link = LINKS.token("sign-in", asked, session.get_one(SignIn, asked).nonce)
    bare = Database.__new__(Database)
    bare.url, bare.engine = database.url, create_engine(database.url, pool_size=AT_ONCE)
    monkeypatch.setattr(sign_ins, "_use_up", naive)
    outcomes = at_once([lambda: sign_in(bare, link)] * 8)
    bare.engine.dispose()
    assert outcomes["done"] > 1
    assert sessions(database) == outcomes["done"]
