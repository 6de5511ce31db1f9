"""The slot engine: when people can meet, exactly. Values in, values out; no clock, no database, no network."""

from scheduler.slots.cohort import NO_COMMON_HOUR, NO_HOST_FREE, PERSON_TAKEN, Cohort, CohortPair, Host, Plan
from scheduler.slots.cohorts import plan
from scheduler.slots.fields import BadProblem
from scheduler.slots.groups import attendance, starts
from scheduler.slots.problem import Person, Problem, Rank
from scheduler.slots.ranking import Ranked, ranked

__all__ = [
    "NO_COMMON_HOUR", "NO_HOST_FREE", "PERSON_TAKEN",
    "BadProblem", "Cohort", "CohortPair", "Host", "Person", "Plan", "Problem", "Rank", "Ranked",
    "attendance", "plan", "ranked", "starts",
]  # fmt: skip
