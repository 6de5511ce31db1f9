"""What would help most is a promise: with such a host, so many more pairs are placed."""

from datetime import UTC, datetime

from scheduler.slots import Cohort, plan
from scheduler.slots.waves.help import EVENING, Help, what_helps
from tests.bench.cohorts import wave

TUESDAY_17 = int(datetime(2027, 1, 12, 16, tzinfo=UTC).timestamp())  # 17:00 in Stockholm
HOUR = 3600


def cohort(*pairs: tuple[str, list[int]], hosts: int = 1) -> Cohort:
    rows = [
        {"id": name, "people": [name], "duration": 60, "options": [[start, 1] for start in starts]}
        for name, starts in pairs
    ]
    return Cohort.from_data({"hosts": [{"id": f"z{n}"} for n in range(hosts)], "pairs": rows})


def test_the_evening_at_which_most_are_left_out() -> None:
    day = 24 * HOUR
    asked = cohort(
        ("a", [TUESDAY_17]), ("b", [TUESDAY_17]), ("c", [TUESDAY_17 + HOUR]), ("d", [TUESDAY_17 + HOUR]),
        ("e", [TUESDAY_17 + day]), ("f", [TUESDAY_17 + day]),
    )  # fmt: skip
    assert what_helps(asked, plan(asked), "Europe/Stockholm") == Help(1, EVENING, 2)


def test_the_part_of_the_day_is_that_of_the_zone() -> None:
    asked = cohort(("a", [TUESDAY_17]), ("b", [TUESDAY_17]))
    assert what_helps(asked, plan(asked), "Pacific/Auckland") == Help(2, "night", 1)


def test_nothing_helps_those_who_have_no_common_hour_or_are_all_placed() -> None:
    for asked in (cohort(("a", [])), cohort(("a", [TUESDAY_17]))):
        assert what_helps(asked, plan(asked), "Europe/Stockholm") is None


def test_with_one_more_host_at_least_so_many_more_are_placed() -> None:
    data = wave(150, 1, days=5, seed=8)
    asked = Cohort.from_data(data)
    found = plan(asked)
    helped = what_helps(asked, found, "Europe/Stockholm")
    assert helped is not None
    assert helped.pairs > 2
    more = Cohort.from_data({**data, "hosts": [*data["hosts"], {"id": "one more"}]})
    assert len(plan(more, keep=found.placed).placed) >= len(found.placed) + helped.pairs
