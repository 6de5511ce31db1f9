"""A system that is down is asked now and then, later and later, and again at once when it is back."""

from datetime import timedelta

from scheduler.jobs.breaker import FIRST, LONGEST, Breaker
from tests.builders import NOW
from tests.world import Clock


def waits(breaker: Breaker, clock: Clock, count: int, until: timedelta | None = None) -> list[float]:
    """How many seconds it says "not now" after each of so many troubles in a row."""
    found = []
    for _ in range(count):
        breaker.trouble(clock.now + until if until else None)
        start = clock.now
        while not breaker.closed:
            clock.sleep(seconds=0.5)
        found.append((clock.now - start).total_seconds())
    return found


def test_it_waits_longer_each_time_and_never_longer_than_the_longest() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    assert breaker.closed
    assert waits(breaker, clock, 8) == [1, 2, 4, 8, 16, 30, 30, 30]
    breaker.well()
    assert waits(breaker, clock, 2) == [1, 2]


def test_it_heeds_what_the_other_side_says_within_reason() -> None:
    clock = Clock()
    assert waits(Breaker(clock), clock, 1, timedelta(seconds=5)) == [5]
    assert waits(Breaker(clock), clock, 1, timedelta(milliseconds=1)) == [FIRST.total_seconds()]
    assert waits(Breaker(clock), clock, 1, timedelta(days=1)) == [LONGEST.total_seconds()]
    assert clock.now > NOW
