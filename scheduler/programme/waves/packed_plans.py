"""A wave's plan as plain data for a row or a form to keep, and back. It names pairs and people by their ids alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.errors import PlanIsOld
from scheduler.models import Pair
from scheduler.programme.pairs import calendars
from scheduler.programme.pool.hosts import Lane
from scheduler.programme.waves.wave_plans import Placed, Unplaced, WavePlan
from scheduler.slots import Help


def pack(plan: WavePlan) -> dict[str, Any]:
    """The plan as JSON can hold it."""
    return {
        "placed": [[slot.pair.id, calendars.seconds(slot.starts_at), slot.lane] for slot in plan.placed],
        "unplaced": [[left.pair.id, left.reason, _silent_ids(left)] for left in plan.unplaced],
        "skipped": plan.skipped,
        "optimal": plan.optimal,
        "bound": plan.bound,
        "help": plan.help,
        "prices": plan.prices,
    }


def unpack(data: Mapping[str, Any], pairs: Mapping[int, Pair], *, minutes: int) -> WavePlan:
    """What was packed, in these rows. PlanIsOld if one of its pairs is not among them."""
    if not pairs.keys() >= {row[0] for row in (*data["placed"], *data["unplaced"])}:
        raise PlanIsOld
    return WavePlan(
        placed=tuple(unpack_placed(row, pairs, minutes=minutes) for row in data["placed"]),
        unplaced=tuple(
            Unplaced(pairs[pair_id], reason, _silent_names(pairs[pair_id], silent))
            for pair_id, reason, silent in data["unplaced"]
        ),
        skipped=data["skipped"],
        optimal=data["optimal"],
        bound=(data["bound"][0], data["bound"][1]),
        help=Help(*data["help"]) if data["help"] else None,
        prices=tuple((at, whole, meeting) for at, whole, meeting in data["prices"]),
    )


def unpack_placed(row: Sequence[Any], pairs: Mapping[int, Pair], *, minutes: int) -> Placed:
    """One of the packed plan's placed pairs, whose id comes first in it."""
    pair_id, start, lane = row
    return Placed(pairs[pair_id], calendars.instant(start), minutes, Lane(*lane) if lane else None)


def _silent_ids(left: Unplaced) -> list[int]:
    return [person.id for person in (left.pair.mentor, left.pair.mentee) if person.name in left.silent]


def _silent_names(pair: Pair, silent: list[int]) -> tuple[str, ...]:
    return tuple(person.name for person in (pair.mentor, pair.mentee) if person.id in silent)
