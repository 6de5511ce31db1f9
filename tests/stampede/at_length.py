"""The long stampede, by `make stampede`: 1,000 people for 80 seats, at once and over ten seconds, and its control."""

from pathlib import Path

import pytest

from scheduler.db import Database
from tests.stampede.rush import figures, rush, servers
from tests.stampede.workshop import (
    announced,
    check,
    confirmed,
    crowd,
    leaving,
    numbers_told,
    unguarded,
    without_backstops,
)

PEOPLE, SEATS, TWICE, LEAVE, PROCESSES = 1000, 80, 50, 20, 3


@pytest.mark.parametrize("over", [0, 10])
def test_a_thousand_people_for_eighty_seats(database: Database, tmp_path: Path, over: float) -> None:
    announced(database, SEATS)
    with servers(tmp_path, database.url, PROCESSES) as ports:
        answers = rush(crowd(ports, PEOPLE, twice=TWICE, over=over))
        print(f"\n{database.engine.dialect.name}, {f'over {over} s' if over else 'at once'}: {figures(answers)}")
        check(database, answers, people=PEOPLE, seats=SEATS)
        answers = rush(leaving(database, ports, range(1, LEAVE + 1)))
        print(f"{database.engine.dialect.name}, {LEAVE} leave: {figures(answers)}")
    assert confirmed(database) == list(range(LEAVE + 1, SEATS + LEAVE + 1))
    assert numbers_told(database, "promoted") == list(range(SEATS + 1, SEATS + LEAVE + 1))


def test_without_the_lock_the_same_thousand_are_given_more_seats_than_there_are(
    database: Database, tmp_path: Path
) -> None:
    announced(database, SEATS)
    with without_backstops(database), servers(tmp_path, database.url, PROCESSES, *unguarded(tmp_path)) as ports:
        answers = rush(crowd(ports, PEOPLE))
        given = len(confirmed(database))
    print(f"\n{database.engine.dialect.name}, unguarded: {given} seats given; {figures(answers)}")
    assert given > SEATS
