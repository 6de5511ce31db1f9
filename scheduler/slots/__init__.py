"""The slot engine: when people can meet, exactly. Values in, values out; no clock, no database, no network."""

from scheduler.slots.bulk import prepare
from scheduler.slots.cohort import NO_COMMON_HOUR, NO_HOST_FREE, PERSON_TAKEN, Cohort, CohortPair, Host, Plan
from scheduler.slots.fields import BadProblem
from scheduler.slots.groups import attendance, starts
from scheduler.slots.people import Person
from scheduler.slots.problem import Problem, Rank
from scheduler.slots.ranking import Ranked, ranked
from scheduler.slots.tastes import comfort
from scheduler.slots.waves.help import Help, what_helps
from scheduler.slots.waves.planning import plan

__all__ = [
    "NO_COMMON_HOUR", "NO_HOST_FREE", "PERSON_TAKEN",
    "BadProblem", "Cohort", "CohortPair", "Help", "Host", "Person", "Plan", "Problem", "Rank", "Ranked",
    "attendance", "comfort", "plan", "prepare", "ranked", "starts", "what_helps",
]  # fmt: skip
