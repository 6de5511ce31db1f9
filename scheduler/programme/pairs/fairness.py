"""Fairness over time: whoever has had the early and late hours of a pair so far is spared more at the next meeting.

A rule on top of the order of slots.md, explained with an example in docs/fairness.md. It changes only which openings
come first: never what is open, and never what `traff slots` answers.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import slots
from scheduler.models import Meeting, Pair, Person
from scheduler.slots import comfort, zones
from scheduler.states import MeetingState

BEST = 100  # comfort of the best hours; what is missing to it is discomfort
STEP = 50  # points of discomfort that one has had more than the other, for each half that theirs now counts more
MOST = 2  # halves: nobody's discomfort counts more than twice
COUNT = (MeetingState.BOOKED, MeetingState.HELD)

Two = tuple[slots.Person, slots.Person]


def balances(
    session: Session, pairs: Collection[Pair], people: Mapping[int, slots.Person], *, but: Meeting | None = None
) -> dict[int, int]:
    """By pair: how much more discomfort the mentee has had than the mentor; less than 0 if it was the mentor's.

    All meetings that the pair has had, or has booked, count alike, but one that is to be moved (`but`); comfort is as
    each of the two says today, on the wall where they live today.
    """
    by_id = {pair.id: pair for pair in pairs}
    query = select(Meeting.id, Meeting.pair_id, Meeting.starts_at, Meeting.minutes).where(
        Meeting.pair_id.in_(by_id), Meeting.state.in_(COUNT)
    )
    found: defaultdict[int, int] = defaultdict(int)
    for meeting_id, pair_id, starts_at, minutes in session.execute(query):
        if but is None or meeting_id != but.id:
            pair, start = by_id[pair_id], int((starts_at - zones.EPOCH).total_seconds()) // 60
            mentee, mentor = (comfort(people[each], start, minutes) for each in (pair.mentee_id, pair.mentor_id))
            found[pair_id] += mentor - mentee
    return dict(found)


def weighed(mentee_and_mentor: Two, balance: int) -> Two:
    """The two with the discomfort of whoever had more of it so far counting for more: one and a half times, or twice.

    Whatever is more comfortable for one of them stays so. Where both had alike, they are as they were.
    """
    mentee, mentor = mentee_and_mentor
    halves = halves_of(balance)
    if halves == 0:
        return mentee, mentor
    return (_spared(mentee, halves), mentor) if balance > 0 else (mentee, _spared(mentor, halves))


def halves_of(balance: int) -> int:
    """By how many halves more the discomfort counts of whoever had so much more of it."""
    return min(MOST, (abs(balance) + STEP // 2) // STEP)


def spared(session: Session, pair: Pair, *, but: Meeting | None = None) -> Person | None:
    """The one of the two whose hours count for more at the next meeting; None if neither's do."""
    people = {
        person.id: slots.Person.from_data({"id": str(person.id), "tz": person.timezone, "comfort": _comfort(person)})
        for person in (pair.mentee, pair.mentor)
    }
    balance = balances(session, [pair], people, but=but).get(pair.id, 0)
    if halves_of(balance) == 0:
        return None
    return pair.mentee if balance > 0 else pair.mentor


def _comfort(person: Person) -> list[int] | None:
    return person.availability.comfort if person.availability else None


def _spared(person: slots.Person, halves: int) -> slots.Person:
    table = tuple(BEST - (BEST - value) * (2 + halves) // 2 for value in person.comfort)
    return replace(person, comfort=table)
