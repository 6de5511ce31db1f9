"""Who reaches what: every route there is, as everybody there is, with ids of their own and of others.

Nothing of one side's may stand in an answer to the other, nothing may break, and looking may change nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import urljoin

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from scheduler.models import Meeting, Pair, Person
from scheduler.programme.desk import PAGE
from tests.builders import LINKS
from tests.web.conftest import Stage, Visitor
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, ZOOM, everything

EVERYBODY = {"nobody": "", "all": ALL, "physics": PHYSICS, "english": ENGLISH, "other": OTHER}
# Whose pairs each may know of, by the pairs' names in the world.
OF_PHYSICS = {"physics", "abroad", "to book", "silent", "to log", "met", "cancelled", "shared"}
KNOWN = {
    "nobody": set[str](),
    "all": OF_PHYSICS | {"english"},
    "physics": OF_PHYSICS,
    "english": {"english", "shared"},
    "other": {"other"},
}
QUERIES = ("", "?state=failed", "?state=waiting", "?page=2")


@dataclass(frozen=True)
class Secrets:
    """What only those who know a pair may read: names, addresses, times of day in words, reasons."""

    of_pair: dict[str, set[str]]

    def told(self, answer: TestResponse) -> set[str]:
        """The pairs that the answer tells of."""
        text = answer.text + str(answer.headers)
        return {pair for pair, words in self.of_pair.items() if any(word in text for word in words)}


def secrets(stage: Stage) -> Secrets:
    found: dict[str, set[str]] = {}
    with stage.database.reading() as session:
        for name, pair_id in {**stage.world.pairs, "silent": silent(session.query(Pair).all())}.items():
            pair = session.get_one(Pair, pair_id)
            people: tuple[Person, ...] = (pair.mentor, pair.mentee)
            found[name] = {word for person in people for word in (person.name, person.email)}
        found["english"].add("550 no such mailbox")
        found["shared"].add("The boathouse")
        found["other"].add("Secret room")
        found["physics"].add(ZOOM)
    return Secrets(found)


def silent(pairs: list[Pair]) -> int:
    return next(pair.id for pair in pairs if pair.mentor.name == "Petra Tyst")


def examples(stage: Stage) -> dict[str, list[object]]:
    """Values for each argument of a route: a route with a new argument needs examples here."""
    with stage.database.reading() as session:
        ids: list[object] = [row.id for row in session.query(Meeting)]
    return {
        "slug": ["mentor", "other", "nothing"],
        "event_slug": ["workshop", "draft", "elsewhere", "nothing"],
        "meeting_id": [*ids, 4711],
        "token": ["nothing", LINKS.token("door", 4711, 1), LINKS.token("feed", 1, 9), "1-1-" + "a" * 32],
        "filename": ["traff.css", "nothing.css", "bootstrap5/css/bootstrap.min.css"],
    }


def addresses(stage: Stage, method: str) -> Iterator[str]:
    """Every route that takes the method, with every combination of examples."""
    values = examples(stage)
    for rule in stage.app.url_map.iter_rules():
        assert rule.methods is not None
        if method not in rule.methods:
            continue
        names = sorted(rule.arguments)
        for chosen in product(*(values[name] for name in names)):
            yield filled(rule, dict(zip(names, chosen, strict=True)))


def filled(rule: Rule, values: dict[str, object]) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found: str(values[found[1]]), rule.rule)


def visitors(stage: Stage) -> dict[str, Visitor]:
    return {who: stage.visitor(email=email) for who, email in EVERYBODY.items()}


def test_the_examples_reach_every_route(stage: Stage) -> None:
    rules = {rule.rule for rule in stage.app.url_map.iter_rules()}
    assert len(rules) >= 15
    reached = {*addresses(stage, "GET"), *addresses(stage, "POST")}
    for rule in rules:
        pattern = re.compile(re.sub(r"<[^<>]+>", ".+", rule) + "$")
        assert any(pattern.match(address) for address in reached), rule


class TestLooking:
    def test_tells_nobody_of_others_and_changes_nothing(self, stages: Stage) -> None:
        known, everybody = secrets(stages), visitors(stages)
        before = everything(stages.database)
        told = {who: set[str]() for who in everybody}
        for address, (who, visitor) in product(addresses(stages, "GET"), everybody.items()):
            for query in QUERIES if "deliveries" in address else ("",):
                answer = visitor.get(address + query)
                assert answer.status_code in {200, 303, 404}, (who, address, answer.status)
                told[who] |= known.told(answer)
                assert known.told(answer) <= KNOWN[who], (who, address)
        assert everything(stages.database) == before
        assert told == KNOWN  # each sees all of theirs: a page that shows nothing would leak nothing, too

    def test_by_head_tells_no_more(self, stage: Stage) -> None:
        before = everything(stage.database)
        for address, (who, visitor) in product(addresses(stage, "HEAD"), visitors(stage).items()):
            answer = visitor.get(address, method="HEAD")
            assert answer.status_code in {200, 303, 404}, (who, address)
            assert answer.data == b""
        after = everything(stage.database)
        assert {name for name in before if before[name] != after[name]} <= {"sign_in", "web_session"}

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
    def unguarded(self, stages: Stage) -> dict[str, Visitor]:
        everybody = visitors(stages)
        stages.app.config["WTF_CSRF_ENABLED"] = False
        return everybody

    def test_nobody_changes_what_they_may_not_see(self, stages: Stage, unguarded: dict[str, Visitor]) -> None:
        reach = {name: stages.world.meetings[name] for name in stages.world.meetings}
        own = {"physics": {"video", "abroad", "walk", "over", "held", "cancelled"}, "english": {"pending", "walk"},
               "other": {"other"}, "nobody": set[str]()}  # fmt: skip
        for who, mine in own.items():
            ours = {f"/c/{'other' if who == 'other' else 'mentor'}/meetings/{reach[name]}/link" for name in mine}
            before = everything(stages.database)
            for address in addresses(stages, "POST"):
                if address in ours or address in {"/sign-out"}:
                    continue
                answer = unguarded[who].post(address, {"link": "https://evil.example/"})
                assert answer.status_code in {303, 404, 410}, (who, address, answer.status)
                if answer.status_code == 303:
                    assert urljoin(LINKS.base_url, answer.location).startswith(LINKS.base_url + "/")
            assert everything(stages.database) == before, who

    def test_but_what_is_theirs(self, stages: Stage, unguarded: dict[str, Visitor]) -> None:
        for who, meeting in (("english", "pending"), ("physics", "abroad"), ("all", "video")):
            address = f"/c/mentor/meetings/{stages.world.meetings[meeting]}/link"
            assert unguarded[who].post(address, {"link": "https://meet.example.net/1"}).status_code == 303


def test_other_methods_change_nothing_either(stage: Stage) -> None:
    before = everything(stage.database)
    visitor = stage.visitor()
    for address in {*addresses(stage, "GET"), *addresses(stage, "POST")}:
        for method in ("PUT", "PATCH", "DELETE"):
            assert visitor.get(address, method=method).status_code in {404, 405}, (method, address)
    assert everything(stage.database) == before
