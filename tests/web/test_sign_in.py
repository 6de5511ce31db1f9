"""Signing in: a link that scanners cannot use up, and that works once."""

import threading
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface

from scheduler.models import SignIn, WebSession
from scheduler.programme import access
from tests.builders import LINKS, NOW
from tests.web.conftest import SETTINGS, Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, OTHER, everything

NOBODY = "nobody@example.org"


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
            access.grant_coordinator(session, ENGLISH, programme=other, department=None)
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


class TestSignOut:
    def test_ends_the_session_for_every_copy_of_the_cookie(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        cookie = visitor.client.get_cookie("traff", domain="traff.example.org")
        assert cookie is not None
        answer = visitor.send(visitor.read("/c/mentor/").form("/sign-out"))
        assert (answer.status_code, answer.location) == (303, "/")
        thief = stages.visitor()
        thief.client.set_cookie("traff", cookie.value, domain="traff.example.org")
        assert not may_see_the_desk(thief)
        assert not may_see_the_desk(visitor)
        with stages.database.reading() as session:
            assert session.query(WebSession).count() == 0

    def test_needs_the_form(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        assert visitor.get("/sign-out").status_code == 405
        assert visitor.post("/sign-out").status_code == 400
        assert may_see_the_desk(visitor)

    def test_twice_does_no_harm(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        form = visitor.read("/").form("/sign-out")
        visitor.send(form)
        assert visitor.send(form).status_code == 303

    def test_leaves_others_signed_in(self, stage: Stage) -> None:
        visitor, other = stage.visitor(email=ALL), stage.visitor(email=ALL)
        visitor.send(visitor.read("/").form("/sign-out"))
        assert may_see_the_desk(other)


def test_how_to_sign_in_is_told_to_whom_it_concerns(visitor: Visitor) -> None:
    page = visitor.read("/sign-in")
    assert page.heading == "Sign in"
    assert "traff coordinator EMAIL --programme SLUG" in page.text
    assert "Mentors and mentees need not sign in" in page.text
