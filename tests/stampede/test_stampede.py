"""A short stampede over HTTP, against several processes: `make stampede` runs the long one."""

from pathlib import Path

from scheduler.db import Database
from tests.stampede.launch import LEAVERS
from tests.stampede.rush import rush, servers
from tests.stampede.workshop import (
    announced,
    check,
    confirmed,
    crowd,
    leaving,
    numbers_told,
    registered,
    unguarded,
    without_backstops,
)

PEOPLE, SEATS, TWICE, LEAVE = 120, 20, 15, LEAVERS
LEAVING = range(1, LEAVE + 1)
NEXT = list(range(SEATS + 1, SEATS + LEAVE + 1))


def test_seats_go_to_the_first_and_twenty_who_leave_pass_them_on(database: Database, tmp_path: Path) -> None:
    announced(database, SEATS)
    with servers(tmp_path, database.url, 2, "--patient") as ports:
        check(database, rush(crowd(ports, PEOPLE, twice=TWICE)), people=PEOPLE, seats=SEATS)
        answers = rush(leaving(database, ports, LEAVING))
    assert {answer.status for answer in answers} == {303}
    assert confirmed(database) == NEXT
    assert numbers_told(database, "promoted") == NEXT
    assert numbers_told(database, "cancelled") == list(LEAVING)


def test_with_the_lock_removed_the_same_stampede_oversells(database: Database, tmp_path: Path) -> None:
    announced(database, SEATS)
    with without_backstops(database), servers(tmp_path, database.url, 2, *unguarded(tmp_path)) as ports:
        rush(crowd(ports, PEOPLE))
        seated, numbers = len(confirmed(database)), [number for number, _ in registered(database)]
    assert seated > SEATS
    assert len(set(numbers)) < len(numbers)


def test_with_the_lock_removed_those_who_leave_pass_on_other_seats(database: Database, tmp_path: Path) -> None:
    announced(database, SEATS)
    with servers(tmp_path, database.url, 2) as ports:
        rush(crowd(ports, SEATS + 3 * LEAVE))
    with without_backstops(database), servers(tmp_path, database.url, 2, *unguarded(tmp_path)) as ports:
        rush(leaving(database, ports, LEAVING))
        promoted = numbers_told(database, "promoted")
    assert promoted != NEXT
