"""Who reaches what: every route there is, as everybody there is, with ids of their own and of others.

Nothing of one side's may stand in an answer to the other, nothing may break, and looking may change nothing.
"""

import re
from itertools import product
from urllib.parse import urljoin

import pytest
from werkzeug.routing import Map, Rule

from scheduler.programme.desk import PAGE
from tests.builders import LINKS
from tests.web.conftest import Stage, Visitor
from tests.web.reach import ANYTHING, EVERYBODY, Matrix, matrix, state_of_pairs
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, everything

LOOKED = {200, 303, 304, 404, 409, 410}
QUERIES = ("", "?state=failed", "?state=waiting", "?page=2")
# PostgreSQL answers the same statements: there a few try for all, one of each side.
FEW = {"nobody", "physics", "other", "mentee", "facilitator"}


def test_the_examples_reach_every_route(stage: Stage) -> None:
    found = matrix(stage)
    rules = {rule.rule for rule in stage.app.url_map.iter_rules()}
    assert len(rules) >= 25
    reached = {address for method in ("GET", "POST") for _, _, address in found.addresses(method)}
    for rule in rules:
        pattern = re.compile(re.sub(r"<[^<>]+>", ".+", rule) + "$")
        assert any(pattern.match(address) for address in reached), rule


def test_a_route_that_the_matrix_does_not_know_fails_with_what_to_do(stage: Stage) -> None:
    found = matrix(stage)
    stage.app.url_map = Map([Rule("/c/<thing_id>", endpoint="desk.thing", methods=["GET"])])
    with pytest.raises(pytest.fail.Exception, match=r"add ids of several sides.* to ids_of in tests/web/reach\.py"):
        list(found.addresses("GET"))
    with pytest.raises(pytest.fail.Exception, match=r"add it to OPEN in tests/web/reach\.py"):
        found.is_foreign("all", Rule("/new", endpoint="new.page").empty(), {})


class TestLooking:
    def test_tells_nobody_of_others_and_changes_nothing(self, stages: Stage) -> None:
        found = matrix(stages)
        everybody = found.visitors(those_who_try(stages))
        before = everything(stages.database)
        told = {who: set[str]() for who in everybody}
        for (rule, values, address), (who, visitor) in product(found.addresses("GET"), everybody.items()):
            for query in QUERIES if address.endswith("/deliveries") else ("",):
                answer = visitor.get(address + query)
                assert answer.status_code in LOOKED, (who, address, answer.status)
                if found.is_foreign(who, rule, values):
                    assert is_turned_away(who, answer.status_code, answer.location), (who, address, answer.status)
                told[who] |= found.told(answer)
                assert found.told(answer) <= found.may_know(who), (who, address)
        assert everything(stages.database) == before
        for who in everybody:
            assert found.must_find(who) <= told[who], who

    def test_by_head_tells_no_more(self, stage: Stage) -> None:
        found = matrix(stage)
        everybody = {who: visitor for who, visitor in found.visitors().items() if who in {"nobody", "all", "mentee"}}
        before = everything(stage.database)
        for (_, _, address), (who, visitor) in product(found.addresses("HEAD"), everybody.items()):
            answer = visitor.get(address, method="HEAD")
            assert answer.status_code in LOOKED, (who, address)
            assert answer.data == b""
        assert everything(stage.database) == before

    def test_what_is_foreign_and_what_is_nowhere_are_alike(self, stage: Stage) -> None:
        visitor = stage.visitor(email=PHYSICS)
        nowhere = visitor.get("/c/mentor/meetings/4711")
        meetings = stage.world.meetings
        for address in (f"/c/mentor/meetings/{meetings['pending']}", f"/c/mentor/meetings/{meetings['other']}",
                        f"/c/other/meetings/{meetings['other']}", f"/c/other/meetings/{meetings['video']}", "/c/other/",
                        "/c/nothing/deliveries"):  # fmt: skip
            answer = visitor.get(address)
            assert (answer.status_code, answer.text) == (nowhere.status_code, nowhere.text), address

    def test_counts_tell_no_more_than_the_rows(self, stage: Stage) -> None:
        for email in (ALL, PHYSICS, ENGLISH, OTHER):
            slug = "other" if email == OTHER else "mentor"
            page = stage.visitor(email=email).read(f"/c/{slug}/deliveries")
            counts = dict(pill.text.split() for pill in page.one("ul", class_="nav-pills").all("a"))
            assert int(counts["All"]) == len(page.rows) <= PAGE
            assert sum(int(count) for name, count in counts.items() if name != "All") == int(counts["All"])


class TestDoing:
    """With the guard against other sites' forms off: what stands behind it must hold by itself."""

    @pytest.fixture
    def found(self, stages: Stage) -> Matrix:
        return matrix(stages)

    @pytest.fixture
    def unguarded(self, stages: Stage, found: Matrix) -> dict[str, Visitor]:
        everybody = found.visitors()
        stages.app.config["WTF_CSRF_ENABLED"] = False
        return everybody

    def test_what_is_foreign_is_out_of_reach(self, stages: Stage, found: Matrix, unguarded: dict[str, Visitor]) -> None:
        before, tried = everything(stages.database), set()
        trying = those_who_try(stages)
        for (rule, values, address), who in product(found.addresses("POST"), trying):
            if found.is_foreign(who, rule, values):
                answer = unguarded[who].post(address, ANYTHING)
                assert is_turned_away(who, answer.status_code, answer.location), (who, address, answer.status)
                tried.add(who)
        assert everything(stages.database) == before
        assert tried == trying

    def test_what_is_ones_own_does_not_break_nor_touch_anything_else(
        self, stages: Stage, found: Matrix, unguarded: dict[str, Visitor]
    ) -> None:
        for who, visitor in unguarded.items():
            before = state_of_pairs(stages)
            for rule, values, address in found.addresses("POST"):
                if found.is_foreign(who, rule, values) or address.startswith("/sign-out"):
                    continue
                if rule.endpoint == "desk.publish_event":  # a draft that is published is everybody's to know
                    continue
                answer = visitor.post(address, ANYTHING)
                assert answer.status_code < 500, (who, address, answer.status)
                assert found.told(answer) <= found.may_know(who), (who, address)
                if answer.status_code == 303:
                    assert urljoin(LINKS.base_url, answer.location).startswith(LINKS.base_url + "/"), (who, address)
            after = state_of_pairs(stages)
            touched = {name for name in before if before[name] != after[name]}
            assert touched <= EVERYBODY[who].tags, who

    def test_but_what_is_theirs_they_can_do(self, stages: Stage, unguarded: dict[str, Visitor]) -> None:
        for who, meeting in (("english", "pending"), ("physics", "abroad"), ("all", "video")):
            address = f"/c/mentor/meetings/{stages.world.meetings[meeting]}/link"
            assert unguarded[who].post(address, {"link": "https://meet.example.net/1"}).status_code == 303


def those_who_try(stage: Stage) -> set[str]:
    return FEW if stage.database.engine.dialect.name == "postgresql" else set(EVERYBODY)


def is_turned_away(who: str, status: int, location: str | None) -> bool:
    """As from what there is not; whoever is nobody yet is asked to sign in."""
    return status == 404 or (who == "nobody" and status == 303 and (location or "").startswith("/sign-in"))


def test_other_methods_change_nothing_either(stage: Stage) -> None:
    found, visitor = matrix(stage), stage.visitor()
    before = everything(stage.database)
    for address in {address for method in ("GET", "POST") for _, _, address in found.addresses(method)}:
        for method in ("PUT", "PATCH", "DELETE"):
            assert visitor.get(address, method=method).status_code in {404, 405}, (method, address)
    assert everything(stage.database) == before
