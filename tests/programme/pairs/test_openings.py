"""What is offered is what can be booked, and nothing else: asked of every minute, not of examples."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.errors import MeetingClosed, NotOpen, Refused
from scheduler.models import Host, Meeting, Pair, Person, Proposal
from scheduler.programme.pairs import answers, meetings, openings, proposals
from scheduler.programme.pairs.modes import How, Phone, Video, Walk
from scheduler.programme.pairs.openings import Opening
from scheduler.slots import zones
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, some_hosts, utc

DAY = date(2026, 11, 9)  # a Monday
EVENING = [[0, "17:00", "19:00"]]
WALK = Walk("The boathouse")


def found(
    session: Session,
    pair_id: int = 1,
    *,
    first: date = DAY,
    last: date = DAY,
    how: How = WALK,
    minutes: int = 45,
    now: datetime = NOW,
    but: Meeting | None = None,
) -> list[Opening]:
    pair = session.get_one(Pair, pair_id)
    return openings.openings(session, pair, minutes=minutes, first=first, last=last, how=how, now=now, but=but)


def starts(session: Session, *args: Any, **values: Any) -> list[datetime]:
    return sorted(opening.starts_at for opening in found(session, *args, **values))


def propose(
    session: Session, start: datetime, pair_id: int = 1, *, minutes: int = 45, how: How = WALK, now: datetime = NOW
) -> Proposal:
    pair = session.get_one(Pair, pair_id)
    return proposals.propose(
        session, pair, starts=[start], minutes=minutes, how=how, first=DAY, last=DAY, made_by=pair.mentee,
        by="emil.mentee@example.org", now=now,
    )  # fmt: skip


def can_be_booked(database: Database, start: datetime, **values: Any) -> bool:
    """Whether proposing this start and answering "this one" makes a meeting; nothing of it is kept."""
    with Session(database.engine) as session:
        try:
            proposal = propose(session, start, **values)
            made = answers.accept(session, proposal.answers[0], proposal.slots[0].id, now=NOW)
            return made is not None and made.starts_at == start
        except Refused:
            return False


@pytest.fixture
def evening(database: Database) -> Database:
    """Maria and Emil, on Monday evenings; Maria is with Eva from 17:30 to 18:15, and has a pool of one host."""
    with database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        maria = a_person(session, "Maria Mentor", weekly=EVENING)
        first = a_pair(session, programme, maria, a_person(session, "Emil Mentee", weekly=EVENING))
        a_pair(session, programme, maria, a_person(session, "Eva Mentee", weekly=EVENING))
        assert first.id == 1
    return database


@pytest.mark.parametrize(
    ("how", "taken"),
    [
        (WALK, None),
        (WALK, utc(2026, 11, 9, 16, 30)),  # leaves 17:15, on the usual grid
        (Video(), utc(2026, 11, 9, 16, 15)),  # leaves 17:15, just after the host's pause
        (WALK, utc(2026, 11, 9, 16, 25)),  # leaves 17:10, on the finer grid only
    ],
)
def test_every_minute_that_is_offered_can_be_booked_and_no_other(evening, how, taken):
    with evening.writing() as session:
        if taken:
            a_meeting(session, session.get_one(Pair, 2), starts_at=taken, how=Video())
        offered = set(starts(session, how=how))
    every = [utc(2026, 11, 9, 15, 50) + timedelta(minutes=minute) for minute in range(0, 150, 1 if taken else 5)]
    assert {start for start in every if can_be_booked(evening, start, how=how)} == offered
    assert offered


def test_a_full_pool_leaves_fewer_openings_and_none_is_an_ordinary_answer(evening):
    with evening.writing() as session:
        others = a_pair(session, session.get_one(Pair, 1).programme, *(a_person(session, name) for name in "AB"))
        a_meeting(session, others, starts_at=utc(2026, 11, 9, 16), how=Video())  # the host: 15:50-16:50
        assert starts(session, how=Phone("1"))[0] == utc(2026, 11, 9, 16)
        assert starts(session, how=Video()) == [utc(2026, 11, 9, 17), utc(2026, 11, 9, 17, 15)]
        assert starts(session, how=Video("https://meet.example.org/1"))[0] == utc(2026, 11, 9, 16)
        a_meeting(session, others, starts_at=utc(2026, 11, 9, 17), how=Video())
        assert starts(session, how=Video()) == []


def test_without_a_pool_video_needs_no_host(evening):
    with evening.writing() as session:
        session.execute(delete(Host))
        assert starts(session, how=Video()) == starts(session, how=WALK)


def test_a_meeting_that_is_moved_stands_in_no_way_of_its_own(evening):
    with evening.writing() as session:
        all_free = starts(session, how=Video())
        meeting = a_meeting(session, session.get_one(Pair, 1), starts_at=utc(2026, 11, 9, 16, 30), how=Video())
        assert starts(session, how=Video()) == []
        others = [start for start in all_free if start != meeting.starts_at]  # to where it is, nobody moves it
        assert starts(session, how=Video(), but=meeting) == others
        with pytest.raises(NotOpen):
            openings.move(
                session, meeting, starts_at=meeting.starts_at, first=DAY, last=DAY, by="x@example.org", now=NOW
            )
        moved = openings.move(session, meeting, starts_at=all_free[0], first=DAY, last=DAY, by="x@example.org", now=NOW)
        assert (moved.starts_at, moved.sequence) == (all_free[0], 1)


def test_a_meeting_is_not_moved_to_a_time_that_was_not_offered(evening):
    with evening.writing() as session:
        meeting = a_meeting(session, session.get_one(Pair, 1), starts_at=utc(2026, 11, 9, 16, 30), how=WALK)
        for start in (utc(2026, 11, 9, 15), utc(2026, 11, 9, 16, 5), utc(2026, 11, 10, 16)):
            with pytest.raises(NotOpen):
                openings.move(session, meeting, starts_at=start, first=DAY, last=DAY, by="", now=NOW)
        assert session.get_one(Meeting, meeting.id).sequence == 0
        meetings.cancel(session, meeting, now=NOW)
        with pytest.raises(MeetingClosed):
            openings.move(session, meeting, starts_at=utc(2026, 11, 9, 16), first=DAY, last=DAY, by="", now=NOW)


def test_a_window_without_a_quarter_hour_is_offered_on_the_finer_grid_and_booked_from_it(database):
    with database.writing() as session:
        narrow = [[0, "17:05", "17:50"]]
        programme = a_programme(session)
        a_pair(session, programme, *(a_person(session, name, weekly=narrow) for name in ("Maria M", "Emil M")))
        assert starts(session) == [utc(2026, 11, 9, 16, 5)]
    assert can_be_booked(database, utc(2026, 11, 9, 16, 5))


def test_comfort_is_told_for_each_and_the_best_for_whoever_has_it_worst_come_first(database):
    with database.writing() as session:
        always = [[day, "00:00", "24:00"] for day in range(7)]
        mentor = a_person(session, "Maria Mentor", zone="America/Los_Angeles", weekly=always)
        mentee = a_person(session, "Emil Mentee", weekly=[[0, "14:00", "20:00"]])
        a_pair(session, a_programme(session), mentor, mentee)
        ranked = found(session)
    best = ranked[0]
    assert best.starts_at == utc(2026, 11, 9, 16)  # 17:00 in Stockholm, 08:00 in San Francisco
    assert (best.for_mentee, best.for_mentor, best.worst) == (70, 80, 70)
    assert [opening.worst for opening in ranked] != sorted(opening.worst for opening in ranked)
    early = next(opening for opening in ranked if opening.starts_at == utc(2026, 11, 9, 13))
    assert (early.for_mentee, early.for_mentor) == (100, 0)


def test_the_first_to_be_offered_lie_on_different_days(database):
    with database.writing() as session:
        a_pair(session, a_programme(session))
        ranked = found(session, last=DAY + timedelta(days=4))
    days = [opening.starts_at.date() for opening in ranked]
    assert len(set(days[:5])) == 5
    assert len(days) == 5 * 14


def test_what_is_offered_looks_ahead_within_the_programme(database):
    with database.reading() as session:
        programme = a_programme(session)
        stockholm = zones.zone("Europe/Stockholm")
        assert openings.days_ahead(programme, now=NOW) == (date(2026, 11, 2), date(2026, 11, 29))
        late = utc(2026, 11, 2, 23, 30)
        assert late.astimezone(stockholm).date() == date(2026, 11, 3)
        assert openings.days_ahead(programme, now=late)[0] == date(2026, 11, 3)
        assert openings.days_ahead(programme, now=utc(2026, 8, 1)) == (date(2026, 11, 2), date(2026, 11, 29))
        assert openings.days_ahead(programme, now=utc(2027, 5, 20))[1] == date(2027, 5, 28)


def test_after_the_programme_there_is_nothing(database):
    with database.writing() as session:
        a_pair(session, a_programme(session))
        first, last = openings.days_ahead(session.get_one(Pair, 1).programme, now=utc(2027, 6, 10))
        assert starts(session, first=first, last=last, now=utc(2027, 6, 10)) == []


def test_nothing_is_offered_within_four_hours_in_a_blackout_or_to_the_silent(database):
    with database.writing() as session:
        a_pair(session, a_programme(session))
        soon = utc(2026, 11, 9, 14, 1)
        assert starts(session, now=soon)[0] == utc(2026, 11, 9, 18, 15)
        assert starts(session, first=date(2026, 12, 21), last=date(2027, 1, 6)) == []
        session.delete(session.get_one(Person, 2).availability)
        session.flush()
        assert starts(session) == []


def test_still_open_leaves_out_what_has_gone_and_needs_no_notice(evening):
    with evening.writing() as session:
        pair, times = session.get_one(Pair, 1), [utc(2026, 11, 9, 16), utc(2026, 11, 9, 17, 15)]
        still_open = partial(openings.still_open, session, pair, minutes=45, how=WALK)
        assert still_open(times, now=NOW) == set(times)
        assert still_open(times, now=utc(2026, 11, 9, 16, 1)) == {times[1]}
        assert still_open(times, now=utc(2026, 11, 9, 17, 10)) == {times[1]}
        a_meeting(session, session.get_one(Pair, 2), starts_at=times[1], how=Phone("1"))
        assert still_open(times, now=NOW) == {times[0]}
        assert still_open([], now=NOW) == set()
        assert session.scalars(select(Meeting)).one().starts_at == times[1]
