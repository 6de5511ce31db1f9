"""The mail to sign in with: who gets it, what it holds, and that a second copy is the same message."""

from sqlalchemy import select

from scheduler.db import Database
from scheduler.models import SignIn
from scheduler.programme import access
from scheduler.programme.people import sign_ins
from tests.builders import LINKS, NOW, a_person, a_programme
from tests.world import Installation, installation, text_of


def asked(database: Database, email: str, locale: str = "sv") -> SignIn:
    with database.writing() as session:
        sign_ins.ask(session, email, locale=locale, leads_to="", now=NOW)
        return session.scalars(select(SignIn).order_by(SignIn.id.desc())).first() or SignIn()


def sent_to(house: Installation) -> list[str]:
    return [str(mail["To"]) for mail in house.post.mails()]


def test_holds_the_link_and_the_code_in_both_parts(database: Database) -> None:
    with database.writing() as session:
        a_person(session, "Anna")
    with installation(database) as house:
        found = asked(database, "anna@example.org")
        house.work()
        (mail,) = house.post.mails()
    html = mail.get_body(("html",))
    assert html is not None
    for body in (text_of(mail), str(html.get_content())):
        assert LINKS.sign_in(found.id, found.nonce) in body
        assert LINKS.code(found.id, found.nonce) in body
        assert "15 minutes" in body
    assert mail["Subject"] == "Sign in to Träff"
    assert mail["Message-ID"] == f"<{LINKS.sealed(f'sign-in.{found.id}')}@example.org>"
    assert LINKS.code(found.id, found.nonce) not in str(mail["Subject"]), "a locked screen shows subjects"


def test_speaks_the_persons_language_or_else_the_browsers(database: Database) -> None:
    with database.writing() as session:
        a_person(session, "Anna", locale="en")
        access.grant_coordinator(
            session, "bo@example.org", programme=a_programme(session), department=None, by="", now=NOW
        )
    with installation(database) as house:
        for email in ("anna@example.org", "bo@example.org"):
            asked(database, email, locale="sv")
        house.work()
        assert [str(mail["Subject"]) for mail in house.post.mails()] == ["Sign in to Träff", "Logga in i Träff"]


def test_nobody_whom_we_do_not_know_gets_one(database: Database) -> None:
    with database.writing() as session:
        a_person(session, "Anna")
    with installation(database) as house:
        for email in ("stranger@example.org", "anna@example.org", "anna@example.or"):
            asked(database, email)
        house.work()
        assert sent_to(house) == ["anna@example.org"]


def test_what_was_used_before_it_went_out_stays_here(database: Database) -> None:
    with database.writing() as session:
        a_person(session, "Anna")
    with installation(database) as house:
        found = asked(database, "anna@example.org")
        with database.writing() as session:
            sign_ins.use_link(session, found.id, found.nonce, now=NOW)
        house.work()
        assert sent_to(house) == []
