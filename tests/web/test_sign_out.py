"""Signing out, of one browser and of all."""

from scheduler.models import WebSession
from tests.web.conftest import Stage
from tests.web.test_sign_in import may_see_the_desk
from tests.web.world import ALL, ENGLISH


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


class TestSignOutEverywhere:
    def test_ends_every_session_of_the_address_and_no_other(self, stages: Stage) -> None:
        here, there, other = stages.visitor(email=ALL), stages.visitor(email=ALL), stages.visitor(email=ENGLISH)
        answer = here.send(here.read("/me/").form("/sign-out/everywhere"))
        assert (answer.status_code, answer.location) == (303, "/")
        assert (may_see_the_desk(here), may_see_the_desk(there), may_see_the_desk(other)) == (False, False, True)

    def test_is_one_step_from_the_desk(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        mine = visitor.read("/c/mentor/").links["My page"]
        assert visitor.send(visitor.read(mine).form("/sign-out/everywhere")).status_code == 303
        assert not may_see_the_desk(visitor)

    def test_of_nobody_ends_nothing(self, stages: Stage) -> None:
        other, visitor = stages.visitor(email=ALL), stages.visitor(email=ENGLISH)
        form = visitor.read("/me/").form("/sign-out/everywhere")
        visitor.send(visitor.read("/").form("/sign-out"))
        assert visitor.send(form).status_code == 303
        assert may_see_the_desk(other)
