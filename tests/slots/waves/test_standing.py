"""What a plan leaves open: why a pair is left out, and what is next best for one that declines."""

from dataclasses import replace

from scheduler.slots import Cohort, plan
from scheduler.slots.waves.standing import next_best, reasons
from tests.slots import reference
from tests.slots.problems import cohorts, on_many
from tests.slots.reference import Data


def test_a_decline_is_answered_with_the_best_that_is_open() -> None:
    @on_many(cohorts(), 100)
    def check(data: Data) -> None:
        cohort, judge = Cohort.from_data(data), reference.Cohort(data)
        found = plan(cohort)
        for name, start, _ in found.placed:
            others = [row for row in found.placed if row[0] != name]
            answer = next_best(cohort, found, name, declined={start})
            open_ = [
                (at, host)
                for at in judge.values(name)
                for host in judge.hosts_for(name)
                if at != start and judge.wrong_with([*others, (name, at, host)]) is None
            ]
            assert (answer in open_) if open_ else (answer is None)

    check()


def test_a_decline_leaves_dear_time_to_others() -> None:
    # Both a's second options are worth 5; but the first of them is where two others will want to be.
    at, hour = 1790000100 // 900 * 900, 3600
    pairs = [
        {"id": "a", "people": ["1"], "duration": 60, "options": [[at, 9], [at + hour, 5], [at + 2 * hour, 4]]},
        {"id": "b", "people": ["2"], "duration": 60, "options": [[at + 3 * hour, 9]]},
    ]
    cohort = Cohort.from_data({"hosts": [{"id": "z"}], "pairs": pairs})
    found = plan(cohort)
    assert next_best(cohort, found, "a", declined={at}) == (at + hour, "z")
    dear = replace(found, prices=((at + hour, 3.0, 0.0),))
    assert next_best(cohort, dear, "a", declined={at}) == (at + 2 * hour, "z")


def test_the_reasons_are_those_of_the_contract() -> None:
    @on_many(cohorts(), 150)
    def check(data: Data) -> None:
        cohort, judge = Cohort.from_data(data), reference.Cohort(data)
        placed = plan(cohort).placed
        assert reasons(cohort, placed) == {
            name: judge.reason(name, placed) for name in judge.pairs if name not in {row[0] for row in placed}
        }

    check()
