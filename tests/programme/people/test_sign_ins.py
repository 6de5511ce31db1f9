"""Signing in: links and codes that work once, however many try at once, and sessions that end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.db import Base, Database
from scheduler.errors import LinkSpent
from scheduler.models import Delivery, SignIn, WebSession
from scheduler.programme import access
from scheduler.programme.events import limits
from scheduler.programme.people import sign_ins
from scheduler.states import DeliveryState
from tests.builders import LINKS, NOW, a_person, a_programme, an_event
from tests.crowds import at_once
from tests.races import Race

ANNA = "anna@example.org"
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
AT_ONCE = 32


def a_link(database: Database, email: str = ANNA, valid: timedelta = DAY) -> str:
    with database.writing() as session:
        made = sign_ins.make(session, email, valid=valid, now=NOW)
        return LINKS.token("sign-in", made.id, made.nonce)


def sign_in(database: Database, token: str, *, after: timedelta = timedelta(0)) -> str:
    found = LINKS.read("sign-in", token)
    if found is None:
        raise LinkSpent
    with database.writing() as session:
        return sign_ins.use_link(session, *found, now=NOW + after).token


def who(database: Database, session_token: str, *, after: timedelta = timedelta(0)) -> str | None:
    with database.reading() as session:
        return sign_ins.signed_in_as(session, session_token, now=NOW + after)


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
    assert at_once([lambda: sign_in(database, token)] * 2) == {"done": 1, "LinkSpent": 1}
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
        assert sign_ins.sign_out(session, here)
    assert (who(database, here), who(database, there)) == (None, ANNA)
    with database.writing() as session:
        assert not sign_ins.sign_out(session, here), "there is none any more"
        assert not sign_ins.sign_out(session, "")


# asking


def ask(database: Database, email: str = ANNA, *, after: timedelta = timedelta(0)) -> int | None:
    with database.writing() as session:
        made = sign_ins.ask(session, email, locale="sv", leads_to="/me/", now=NOW + after)
        return made.id if made else None


def owed(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Delivery).where(Delivery.kind == "SendSignIn")).all())


def is_to_mail(database: Database, sign_in_id: int | None) -> bool:
    assert sign_in_id is not None
    with database.reading() as session:
        return sign_ins.to_mail(session, sign_in_id) is not None


def test_asking_owes_a_mail_that_holds_no_secret(database: Database) -> None:
    asked = ask(database)
    with database.reading() as session:
        (delivery,) = session.scalars(select(Delivery)).all()
        row = session.scalars(select(SignIn)).one()
        assert (row.id, row.email, row.leads_to, row.expires_at - NOW) == (asked, ANNA, "/me/", 15 * MINUTE)
        assert delivery.payload == {"sign_in_id": asked, "locale": "sv"}
        assert (delivery.programme_id, delivery.person_id) == (None, None)


def test_a_mail_goes_to_persons_coordinators_and_facilitators_and_to_nobody_else(database: Database) -> None:
    with database.writing() as session:
        programme = a_programme(session)
        a_person(session, "Petra")
        access.grant_coordinator(session, "co@example.org", programme=programme, department=None, by="", now=NOW)
        access.grant_facilitator(session, "fa@example.org", event=an_event(session, programme, "one"), by="", now=NOW)
    known = ["petra@example.org", "co@example.org", "fa@example.org"]
    for email in known:
        assert is_to_mail(database, ask(database, email)), email
    assert not is_to_mail(database, ask(database, "stranger@example.org"))
    assert not is_to_mail(database, ask(database, "petra@example.or"))


def test_a_sign_in_that_was_used_is_not_mailed_any_more(database: Database) -> None:
    with database.writing() as session:
        a_person(session, "Anna")
    asked = ask(database)
    assert is_to_mail(database, asked)
    with database.writing() as session:
        row = session.scalars(select(SignIn)).one()
        sign_ins.use_link(session, row.id, row.nonce, now=NOW)
    assert not is_to_mail(database, asked)


def test_an_address_gets_five_mails_in_fifteen_minutes(database: Database) -> None:
    assert [ask(database, after=n * MINUTE) is not None for n in range(8)] == [True] * 5 + [False] * 3
    assert ask(database, "bo@example.org", after=7 * MINUTE) is not None, "others are not held up"
    assert ask(database, after=15 * MINUTE) is not None, "the first is a quarter of an hour ago"
    assert ask(database, after=15 * MINUTE) is None
    assert owed(database) == 7


def asked_at_once(database: Database) -> int:
    outcomes = at_once([lambda: ask(database) or 0] * AT_ONCE)
    assert set(outcomes) == {"done"}
    return owed(database)


def test_nor_does_it_get_more_by_asking_all_at_once(database: Database) -> None:
    assert asked_at_once(database) == 5


def test_without_turns_it_would(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control. SQLite has turns of its own."""
    monkeypatch.setattr(limits, "past", Race(AT_ONCE).after(limits.past))
    monkeypatch.setattr(limits, "take_turn", lambda session, what: None)
    assert asked_at_once(postgres) > 5


def test_all_together_get_so_many_and_strangers_use_none_of_them_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SIGN_INS", (limits.Limit(3, 15 * MINUTE),))
    with database.writing() as session:
        for n in range(4):
            a_person(session, f"P{n}")
    for n in range(5):
        assert ask(database, f"stranger{n}@example.org") is not None
    assert [ask(database, f"p{n}@example.org") is not None for n in range(4)] == [True, True, True, False]
    assert ask(database, "stranger9@example.org") is None, "and a stranger is told no other thing than they are"


def test_whom_a_mail_was_for_is_forgotten_after_a_day(database: Database) -> None:
    ask(database, "stranger@example.org")
    with database.writing() as session:
        session.scalars(select(Delivery)).one().state = DeliveryState.DONE
    ask(database, after=DAY)
    assert owed(database) == 2, "it has expired less than a day ago"
    ask(database, after=DAY + 15 * MINUTE)
    held = everything(database)
    assert "stranger@example.org" not in held
    assert owed(database) == 2


# codes


# at once


# everywhere


def test_signing_out_everywhere_ends_all_of_ones_own_sessions_and_links(database: Database) -> None:
    mine = [sign_in(database, a_link(database)) for _ in range(3)]
    others, out = sign_in(database, a_link(database, "bo@example.org")), a_link(database)
    with database.writing() as session:
        assert sign_ins.browsers_of(session, ANNA, now=NOW) == 3
        assert sign_ins.sign_out_everywhere(session, ANNA, now=NOW) == 3
        assert sign_ins.browsers_of(session, ANNA, now=NOW) == 0
    assert [who(database, token) for token in mine] == [None] * 3
    assert who(database, others) == "bo@example.org"
    with pytest.raises(LinkSpent):
        sign_in(database, out)
    assert sign_in(database, a_link(database)), "a new one works"


def test_only_browsers_whose_session_lasts_are_counted(database: Database) -> None:
    sign_in(database, a_link(database))
    with database.reading() as session:
        assert sign_ins.browsers_of(session, ANNA, now=NOW + 14 * DAY) == 0
