"""Waves like those of a university: people in ten zones, mentors who share, meetings of 30, 45 and 60 minutes."""

from datetime import UTC, datetime
from random import Random
from typing import Any

from scheduler.slots import Problem, ranked

BEGIN = int(datetime(2027, 3, 15, tzinfo=UTC).timestamp())
ZONES = [
    "Europe/Stockholm", "Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "Asia/Kolkata",
    "Asia/Tokyo", "Africa/Nairobi", "America/Sao_Paulo", "Australia/Sydney",
]  # fmt: skip
COMMON = [*[0] * 16, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9]


def somebody(name: str, chance: Random, days: int, zone: str | None = None) -> dict[str, Any]:
    """A few evenings and lunches a week, and a calendar of their own."""
    weekly = []
    for day in range(6):
        if chance.random() < 0.85:
            start = chance.choice([8, 11, 12, 15, 15, 16, 16, 17])
            weekly.append([day, f"{start:02}:00", f"{min(start + chance.choice([3, 4, 5, 6]), 23):02}:00"])
    busy = []
    for _ in range(days * 2):
        at = BEGIN + chance.randrange(days * 96) * 900
        busy.append([at, at + chance.choice([900, 1800, 3600, 5400])])
    return {"id": name, "tz": zone or ZONES[chance.choice(COMMON)], "weekly": weekly, "busy": busy}


def wave(pairs: int, hosts: int, *, days: int = 14, seed: int = 1, gap: int = 0, busy: int = 0) -> dict[str, Any]:
    """A cohort of so many pairs; one mentor in five has two mentees or more."""
    chance = Random(seed)
    mentors = [somebody(f"m{n}", chance, days) for n in range(int(pairs * 0.8) or 1)]
    rows = []
    for n in range(pairs):
        mentor = mentors[n] if n < len(mentors) else chance.choice(mentors[: len(mentors) // 4 or 1])
        near = mentor["tz"] if chance.random() < 0.9 else None
        mentee = somebody(f"e{n}", chance, days, near)
        minutes = chance.choice([30, 45, 60])
        problem = {
            "now": BEGIN, "horizon": [BEGIN, BEGIN + days * 86_400], "duration": minutes, "step": 15,
            "people": [mentor, mentee],
        }  # fmt: skip
        options = [[slot.start, 1 + 2 * slot.worst + slot.total] for slot in ranked(Problem.from_data(problem))]
        rows.append({"id": f"p{n}", "people": [mentor["id"], mentee["id"]], "duration": minutes, "options": options})
    leases = [[[at := BEGIN + chance.randrange(days * 96) * 900, at + 3600] for _ in range(busy)] for _ in range(hosts)]
    return {"hosts": [{"id": f"z{n}", "busy": leases[n]} for n in range(hosts)], "gap": gap, "pairs": rows}
