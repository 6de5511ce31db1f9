"""Signing in by the code of a mail, typed in the browser that asked for it."""

from datetime import timedelta

import pytest

from tests.web.conftest import Stage
from tests.web.reading import Page
from tests.web.test_sign_in import NOBODY, ask, carried, code, may_see_the_desk, type_code, without_tokens
from tests.web.world import ALL, everything


class TestCode:
    @pytest.mark.parametrize("spelled", ["{}", " {} ", "{lower}", "{plain}", "{spaced}"])
    def test_signs_in_however_it_is_spelled(self, stage: Stage, spelled: str) -> None:
        visitor = stage.visitor()
        ask(visitor, ALL)
        right = code(stage)
        typed = spelled.format(
            right, lower=right.lower(), plain=right.replace("-", ""), spaced=" ".join(right.replace("-", ""))
        )
        answer = type_code(visitor, typed)
        assert (answer.status_code, answer.location) == (303, "/c/mentor/")
        assert may_see_the_desk(visitor)

    def test_works_in_the_browser_that_asked_and_in_no_other(self, stages: Stage) -> None:
        asked, other, third = stages.visitor(), stages.visitor(), stages.visitor()
        ask(asked, ALL)
        right = code(stages)
        assert type_code(other, right).status_code == 410, "this browser has asked for nothing"
        ask(third, NOBODY)
        assert type_code(third, right).status_code == 422, "and this one for something else"
        assert not may_see_the_desk(third)
        assert type_code(asked, right).status_code == 303

    def test_a_wrong_one_is_said_at_its_field_and_five_are_too_many(self, stages: Stage) -> None:
        visitor = stages.visitor()
        ask(visitor, ALL)
        right = code(stages)
        for _ in range(5):
            answer = type_code(visitor, "AAAA-AAAA")
            assert answer.status_code == 422
            assert Page(answer.text, "").one(role="alert").text.startswith("That is not the code in the mail")
        answer = type_code(visitor, right)
        assert answer.status_code == 410
        page = Page(answer.text, "")
        assert "This code can no longer be used; ask for a new mail." in page.main.text
        assert page.main.all("a", href="/sign-in")
        assert not may_see_the_desk(visitor)

    def test_a_stranger_is_told_nothing_else(self, stages: Stage) -> None:
        """Known or unknown, a wrong code is a wrong code."""
        told = []
        for email in (ALL, NOBODY):
            visitor = stages.visitor()
            ask(visitor, email)
            told.append([(answer.status_code, without_tokens(answer.text)) for answer in
                         (type_code(visitor, "AAAA-AAAA") for _ in range(6))])  # fmt: skip
        assert told[0] == told[1]

    def test_works_for_fifteen_minutes(self, stage: Stage) -> None:
        visitor = stage.visitor()
        ask(visitor, ALL)
        stage.clock.now += timedelta(minutes=15)
        assert type_code(visitor, code(stage)).status_code == 410

    def test_once(self, stage: Stage) -> None:
        visitor = stage.visitor()
        ask(visitor, ALL)
        form = visitor.read("/sign-in/code").form("/sign-in/code")
        again = stage.visitor()
        cookie = visitor.client.get_cookie("traff", domain="traff.example.org")
        assert cookie is not None
        again.client.set_cookie("traff", cookie.value, domain="traff.example.org")
        assert visitor.send(form, code=code(stage)).status_code == 303
        assert again.send(form, code=code(stage)).status_code == 410

    def test_is_not_in_the_cookie_nor_in_the_database(self, stage: Stage) -> None:
        visitor = stage.visitor()
        ask(visitor, ALL)
        for spelled in (code(stage), code(stage).replace("-", "")):
            assert spelled not in repr(carried(stage, visitor)) + repr(everything(stage.database))
