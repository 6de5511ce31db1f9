"""Signing in: a link that scanners cannot use up, and that works once."""

import re
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from scheduler.models import Delivery, Event, SignIn, WebSession
from scheduler.programme import access
from scheduler.programme.events import limits
from tests.builders import LINKS, NOW
from tests.web.conftest import SETTINGS, Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, OTHER, everything

NOBODY, MENTEE = "nobody@example.org", "alva.fysik@example.org"


@pytest.fixture
def link(stage: Stage) -> str:
    return stage.sign_in_link(ALL)


def use(visitor: Visitor, link: str) -> tuple[int, str | None]:
    answer = visitor.send(visitor.read(link).form(link))
    return answer.status_code, answer.location


def may_see_the_desk(visitor: Visitor) -> bool:
    return visitor.get("/c/mentor/").status_code == 200


def carried(stage: Stage, visitor: Visitor) -> dict[str, object]:
    """What the visitor's cookie says."""
    cookie = visitor.client.get_cookie("traff", domain="traff.example.org")
    assert cookie is not None
    serializer = SecureCookieSessionInterface().get_signing_serializer(stage.app)
    assert serializer is not None
    found: dict[str, object] = serializer.loads(cookie.value)
    return found


class TestLink:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_looking_at_it_uses_nothing_up(self, stages: Stage, method: str) -> None:
        link, visitor = stages.sign_in_link(ALL), stages.visitor()
        before = everything(stages.database)
        for _ in range(5):
            assert visitor.get(link, method=method).status_code == 200
        assert everything(stages.database) == before
        assert not may_see_the_desk(visitor)
        assert use(visitor, link) == (303, "/c/mentor/")

    def test_its_page_has_one_button(self, visitor: Visitor, link: str) -> None:
        page = visitor.read(link)
        assert page.heading == "Sign in"
        assert [each.text for each in page.main.all("button")] == ["Sign in"]
        assert page.one("meta", name="robots").attributes["content"] == "noindex"

    def test_its_page_tells_no_real_link_from_another(self, visitor: Visitor, link: str) -> None:
        real, other = visitor.read(link), visitor.read(f"{LINKS.base_url}/sign-in/nothing")
        assert (real.text, real.title) == (other.text, other.title)

    def test_opens_one_session(self, stages: Stage) -> None:
        visitor, link = stages.visitor(), stages.sign_in_link(ALL)
        assert use(visitor, link) == (303, "/c/mentor/")
        with stages.database.reading() as session:
            assert [row.email for row in session.query(WebSession)] == [ALL]
            assert session.query(SignIn).one().used_at == NOW
        assert may_see_the_desk(visitor)
        assert not may_see_the_desk(stages.visitor())

    def test_works_once(self, stages: Stage) -> None:
        link = stages.sign_in_link(ALL)
        first, second = stages.visitor(), stages.visitor()
        page = second.read(link)
        use(first, link)
        before = everything(stages.database)
        answer = second.send(page.form(link))
        assert answer.status_code == 410
        assert "This sign-in link has been used or has expired; ask for a new one." in Page(answer.text).main.text
        assert everything(stages.database) == before
        assert not may_see_the_desk(second)
        assert may_see_the_desk(first)

    def test_works_once_however_many_try_at_once(self, stages: Stage) -> None:
        link = stages.sign_in_link(ALL)
        visitors = [stages.visitor() for _ in range(8)]
        forms = [visitor.read(link).form(link) for visitor in visitors]
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda each=each, form=form: found.append(each.send(form).status_code))
            for each, form in zip(visitors, forms, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == [303] + [410] * 7
        with stages.database.reading() as session:
            assert session.query(WebSession).count() == 1

    def test_works_until_it_expires(self, stage: Stage) -> None:
        link = stage.sign_in_link(ALL, valid=timedelta(hours=1))
        stage.clock.now += timedelta(minutes=60)
        assert use(stage.visitor(), link) == (410, None)
        other = stage.sign_in_link(ALL, valid=timedelta(hours=1))
        stage.clock.now += timedelta(minutes=59)
        assert use(stage.visitor(), other)[0] == 303

    @pytest.mark.parametrize("token", ["nothing", "a" * 3000, "%00", "%ff", "å"])
    def test_of_our_own_making_only(self, stage: Stage, token: str) -> None:
        visitor = stage.visitor()
        page = visitor.read("/sign-in/nothing")
        answer = visitor.post(f"/sign-in/{token}", page.form("/sign-in/nothing").fields, page="/sign-in/nothing")
        assert answer.status_code == 410

    def test_only_its_hash_is_kept(self, stages: Stage) -> None:
        link, visitor = stages.sign_in_link(ALL), stages.visitor()
        use(visitor, link)
        token = str(carried(stages, visitor)["token"])
        kept = repr(everything(stages.database))
        assert link.rpartition("/")[2] not in kept
        assert token not in kept
        assert min(len(token), len(link.rpartition("/")[2])) >= 32


class TestWhereTo:
    def test_to_the_desk_of_who_has_one(self, stage: Stage) -> None:
        assert use(stage.visitor(), stage.sign_in_link(OTHER)) == (303, "/c/other/")

    def test_to_the_start_page_of_who_has_none_or_several(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            other = access.programme_by_slug(session, "other")
            access.grant_coordinator(session, ENGLISH, programme=other, department=None, by="", now=NOW)
        assert use(stage.visitor(), stage.sign_in_link(NOBODY)) == (303, "/")
        visitor = stage.visitor()
        assert use(visitor, stage.sign_in_link(ENGLISH)) == (303, "/")
        desks = visitor.read("/").one("section").all("a")
        assert {each.attributes["href"] for each in desks} == {"/c/mentor/", "/c/other/"}


class TestSession:
    def test_is_a_new_one_and_what_was_planted_before_is_gone(self, stage: Stage, link: str) -> None:
        visitor = stage.visitor()
        visitor.read("/")
        with visitor.client.session_transaction(base_url=LINKS.base_url) as planted:
            planted["token"] = planted["mine"] = "planted"
        before = carried(stage, visitor)
        use(visitor, link)
        after = carried(stage, visitor)
        assert after["token"] != "planted"
        assert "mine" not in after
        assert before.get("csrf_token") != after.get("csrf_token")

    def test_keeps_the_language_that_was_chosen(self, stage: Stage, link: str) -> None:
        visitor = stage.visitor()
        visitor.send(visitor.read("/").form("/language"), locale="sv")
        use(visitor, link)
        assert visitor.read("/c/mentor/").language == "sv"

    def test_the_cookie_is_for_https_and_out_of_reach_of_scripts(self, visitor: Visitor, link: str) -> None:
        answer = visitor.send(visitor.read(link).form(link))
        parts = answer.headers["Set-Cookie"].split("; ")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
        assert not [part for part in parts if part.startswith("Domain")]

    def test_lasts_two_weeks(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        stages.clock.now += timedelta(days=14, seconds=-1)
        assert may_see_the_desk(visitor)
        stages.clock.now += timedelta(seconds=1)
        assert not may_see_the_desk(visitor)

    def test_a_second_link_ends_the_session_of_the_first(self, stages: Stage) -> None:
        visitor, another = stages.visitor(email=ALL), stages.visitor(email=ALL)
        use(visitor, stages.sign_in_link(OTHER))
        with stages.database.reading() as session:
            assert sorted(row.email for row in session.query(WebSession)) == [ALL, OTHER]
        assert not may_see_the_desk(visitor)
        assert may_see_the_desk(another)

    def test_a_spent_link_leaves_it_alone(self, stage: Stage, link: str) -> None:
        visitor = stage.visitor(email=ALL)
        use(stage.visitor(), link)
        assert use(visitor, link) == (410, None)
        assert may_see_the_desk(visitor)

    def test_one_signed_with_another_secret_is_nothing(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        stage.app.config["SECRET_KEY"] = f"not {SETTINGS.secret_key}"
        assert not may_see_the_desk(visitor)


def ask(visitor: Visitor, email: str, page: str = "/sign-in") -> TestResponse:
    return visitor.send(visitor.read(page).form("/sign-in"), email=email)


def mailed(stage: Stage) -> SignIn:
    """The latest sign-in that was asked for."""
    with stage.database.reading() as session:
        return session.scalars(select(SignIn).order_by(SignIn.id.desc())).first() or pytest.fail("none was asked for")


def code(stage: Stage) -> str:
    found = mailed(stage)
    return LINKS.code(found.id, found.nonce)


def type_code(visitor: Visitor, typed: str) -> TestResponse:
    return visitor.send(visitor.read("/sign-in/code").form("/sign-in/code"), code=typed)


def rows(stage: Stage) -> dict[str, int]:
    return {table: len(found) for table, found in everything(stage.database).items()}


class TestAsking:
    @pytest.mark.parametrize("email", [ALL, MENTEE, NOBODY])
    def test_every_address_is_answered_alike(self, stages: Stage, email: str) -> None:
        visitor = stages.visitor()
        before = rows(stages)
        answer = ask(visitor, email)
        assert (answer.status_code, answer.location) == (303, "/sign-in/code")
        added = {table: count - before[table] for table, count in rows(stages).items() if count != before[table]}
        assert added == {"sign_in": 1, "delivery": 1}
        page = visitor.read("/sign-in/code")
        assert "If we know this address, a mail with a link and a code is on its way." in page.text
        assert email not in page.text

    def test_to_the_byte_and_by_the_same_statements(self, stages: Stage) -> None:
        """What may differ is what is drawn by lot: tokens, cookies, ids."""
        seen = []
        for email in (ALL, MENTEE, NOBODY):
            visitor, statements = stages.visitor(), list[str]()
            form = visitor.read("/sign-in").form("/sign-in")
            with statements_of(stages, statements):
                answer = visitor.send(form, email=email)
            page = visitor.get("/sign-in/code").text
            seen.append((answer.status_code, without_tokens(answer.text), statements, without_tokens(page)))
        assert seen[0] == seen[1] == seen[2]
        assert len(seen[0][2]) > 5

    def test_takes_the_same_time(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "SIGN_INS_TO_ONE", (limits.Limit(10_000, timedelta(minutes=15)),))
        visitor = stage.visitor()
        form = visitor.read("/sign-in").form("/sign-in")
        took: dict[str, list[float]] = {MENTEE: [], NOBODY: []}
        for _ in range(30):
            for email, times in took.items():
                began = time.thread_time()
                visitor.send(form, email=email)
                times.append(time.thread_time() - began)
        known, unknown = (statistics.median(times) for times in took.values())
        assert 0.6 < known / unknown < 1.6

    @pytest.mark.parametrize(
        "email", ["", "nobody", "a@b@c", "two@example.org, three@example.org", "x" * 300 + "@a.se"]
    )
    def test_what_is_no_address_is_said_at_its_field(self, visitor: Visitor, email: str) -> None:
        answer = ask(visitor, email)
        assert answer.status_code == 422
        page = Page(answer.text, "/sign-in")
        assert page.one(role="alert").text == "E-mail address: write it whole, such as name@example.org."
        assert page.one("input", id="email").attributes["aria-describedby"] == "problem"

    def test_the_sixth_mail_in_a_quarter_is_not_sent_and_nobody_sees_that(self, stage: Stage) -> None:
        answers = [ask(stage.visitor(), ALL) for _ in range(7)]
        assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/sign-in/code")}
        with stage.database.reading() as session:
            assert session.query(Delivery).filter_by(kind="SendSignIn").count() == 5

    def test_whoever_asks_too_often_can_still_type_the_code_of_a_mail_that_came(self, stage: Stage) -> None:
        visitor = stage.visitor()
        for _ in range(5):
            ask(visitor, ALL)
        last = code(stage)
        ask(visitor, ALL)
        assert type_code(visitor, last).status_code == 303

    def test_needs_the_form(self, visitor: Visitor) -> None:
        assert visitor.post("/sign-in", {"email": ALL}).status_code == 400


class TestAfterwards:
    @pytest.mark.parametrize("wanted", ["/c/mentor/deliveries?state=failed", "/me/", "/p/mentor/"])
    def test_back_to_the_page_that_was_wanted(self, stage: Stage, wanted: str) -> None:
        visitor = stage.visitor()
        ask(visitor, ALL, f"/sign-in?next={quote(wanted)}")
        assert type_code(visitor, code(stage)).location == wanted

    def test_who_opens_a_page_that_is_not_for_everybody_comes_back_to_it(self, stage: Stage) -> None:
        visitor = stage.visitor()
        answer = visitor.get("/c/mentor/deliveries?state=failed")
        assert answer.status_code == 303
        ask(visitor, ALL, answer.location or "")
        found = mailed(stage)
        assert use(visitor, LINKS.sign_in(found.id, found.nonce)) == (303, "/c/mentor/deliveries?state=failed")

    @pytest.mark.parametrize(
        "wanted",
        ["https://evil.example/", "//evil.example/", "/\\evil.example", "/nothing", "/sign-in", "/sign-in/code",
         "/sign-in/x", "/sign-out", "/j/1-1-aaa", "/c/mentor/?" + "x" * 500, "javascript:alert(1)"],
    )  # fmt: skip
    def test_never_elsewhere_nor_to_somebodys_own_link(self, stage: Stage, wanted: str) -> None:
        visitor = stage.visitor()
        page = visitor.read(f"/sign-in?next={quote(wanted)}")
        assert "next" not in page.form("/sign-in").fields
        visitor.send(page.form("/sign-in"), email=ALL, next=wanted)
        assert mailed(stage).leads_to == ""
        assert type_code(visitor, code(stage)).location == "/c/mentor/"

    def test_a_person_comes_to_their_own_page_in_their_own_language(self, stage: Stage) -> None:
        visitor = stage.visitor()
        assert use(visitor, stage.sign_in_link(MENTEE)) == (303, "/me/")
        assert visitor.read("/me/").language == "sv"

    def test_a_facilitator_comes_to_the_only_event(self, stage: Stage) -> None:
        email = "leader@example.org"
        with stage.database.writing() as session:
            event = session.scalars(select(Event).where(Event.slug == "workshop")).one()
            access.grant_facilitator(session, email, event=event, by="", now=NOW)
            registrations = f"/c/mentor/events/{event.id}/registrations"
        assert use(stage.visitor(), stage.sign_in_link(email)) == (303, registrations)


def without_tokens(html: str) -> str:
    """The page without what is drawn by lot each time."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", html)


@contextmanager
def statements_of(stage: Stage, into: list[str]) -> Iterator[None]:
    """Every statement that the application sends to the database meanwhile."""

    def heard(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        into.append(statement)

    event.listen(stage.database.engine, "before_cursor_execute", heard)
    try:
        yield
    finally:
        event.remove(stage.database.engine, "before_cursor_execute", heard)
