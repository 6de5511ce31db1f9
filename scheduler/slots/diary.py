"""The plan while it is being made: who and which host is taken when, and what stands in a meeting's way."""

from collections import defaultdict
from typing import NamedTuple

from scheduler.slots.cohort import Cohort, CohortPair, Host


class Placing(NamedTuple):
    """A pair's meeting in epoch seconds [start, end), with its host if it needs one, and the value of that option."""

    pair: CohortPair
    start: int
    end: int
    host: Host | None
    value: int


class Diary:
    """The placings so far. Nothing in it overlaps: not for a person, not for a host with the gap between meetings."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self.gap = cohort.gap * 60
        self.placings: dict[str, Placing] = {}
        self.of_person: defaultdict[str, dict[str, Placing]] = defaultdict(dict)
        self.of_host: dict[str, dict[str, Placing]] = {host.id: {} for host in cohort.hosts}

    def add(self, placing: Placing) -> None:
        self.placings[placing.pair.id] = placing
        for person in placing.pair.people:
            self.of_person[person][placing.pair.id] = placing
        if placing.host is not None:
            self.of_host[placing.host.id][placing.pair.id] = placing

    def remove(self, placing: Placing) -> None:
        del self.placings[placing.pair.id]
        for person in placing.pair.people:
            del self.of_person[person][placing.pair.id]
        if placing.host is not None:
            del self.of_host[placing.host.id][placing.pair.id]

    def fitting(self, pair: CohortPair, start: int, value: int) -> Placing | None:
        """The pair's meeting at this start, at the free host with the fewest meetings; None if it does not fit."""
        end = start + pair.duration * 60
        if self.people_in_the_way(pair, start, end):
            return None
        if not pair.needs_host:
            return Placing(pair, start, end, None, value)
        free = [host for host in self.cohort.hosts if self.host_is_free(host, start, end)]
        if not free:
            return None
        return Placing(pair, start, end, min(free, key=lambda host: len(self.of_host[host.id])), value)

    def people_in_the_way(self, pair: CohortPair, start: int, end: int) -> set[str]:
        """The ids of the pairs that hold one of these people at that time."""
        others = (placing for person in pair.people for placing in self.of_person[person].values())
        return {other.pair.id for other in others if other.start < end and start < other.end}

    def host_is_free(self, host: Host, start: int, end: int) -> bool:
        return open_for(host, start, end) and not self.meetings_in_the_way(host, start, end)

    def meetings_in_the_way(self, host: Host, start: int, end: int) -> set[str]:
        """The ids of the pairs whose meeting with this host is closer than the gap."""
        placed = self.of_host[host.id].values()
        return {other.pair.id for other in placed if other.start < end + self.gap and start < other.end + self.gap}


def open_for(host: Host, start: int, end: int) -> bool:
    """Whether the host's own busy time leaves [start, end) free."""
    return not any(s < e and s < end and start < e for s, e in host.busy)
