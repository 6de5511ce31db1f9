"""A meeting's life: what stands in the rows afterwards, and what is owed outside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.db import Database
from scheduler.errors import (
    BadLength,
    InABlackout,
    InThePast,
    MeetingClosed,
    NoHostFree,
    NotYetHeld,
    SlotTaken,
)
from scheduler.models import AuditEntry, Lease, Meeting, Pair, Seat, ZoomMeeting
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Hybrid, OnSite, Phone, Video, Walk
from scheduler.programme.pool import hosts
from scheduler.states import MeetingState
from tests.builders import NOW, a_meeting, a_pair, a_person, a_programme, deliveries, some_hosts, utc

LATER = NOW + timedelta(hours=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(database: Database) -> Database:
    """Maria and Emil, one host of one lane."""
    with database.writing() as session:
        some_hosts(session, 1)
        a_pair(session, a_programme(session))
    return database


def book(database: Database, *, pair: int = 1, **values: Any) -> int:
    with database.writing() as session:
        return a_meeting(session, session.get_one(Pair, pair), **values).id


def change(database: Database, command: Callable[..., object], meeting_id: int = 1, **values: object) -> None:
    with database.writing() as session:
        command(session, session.get_one(Meeting, meeting_id), **values, now=LATER)


def owed(database: Database) -> list[tuple[str, object, int | None]]:
    with database.reading() as session:
        return [(row.kind, row.payload.get("change"), row.person_id) for row in deliveries(session)]


def row(database, model=Meeting, **where):
    with database.reading() as session:
        return session.scalars(select(model).filter_by(**where).order_by(model.id.desc())).first()


def test_a_booking_seats_both_leases_a_host_and_owes_zoom_and_two_invites(world):
    book(world)
    meeting = row(world)
    assert (meeting.sequence, meeting.state, meeting.changed_at) == (0, MeetingState.BOOKED, NOW)
    with world.reading() as session:
        seats = session.scalars(select(Seat).order_by(Seat.person_id)).all()
        assert [(s.person_id, s.starts_at, s.ends_at, s.active) for s in seats] == [
            (person, meeting.starts_at, meeting.starts_at + timedelta(minutes=45), True) for person in (1, 2)
        ]
    lease = row(world, Lease)
    assert (lease.starts_at, lease.ends_at) == (
        meeting.starts_at - timedelta(minutes=10),
        meeting.starts_at + timedelta(minutes=50),
    )
    assert row(world, ZoomMeeting).wanted
    assert owed(world) == [
        ("CreateZoomMeeting", None, None),
        ("SendInvite", "booked", 1),
        ("SendInvite", "booked", 2),
    ]


@pytest.mark.parametrize(
    "how", [Walk("Norra porten"), Phone("08-16 20 00"), OnSite("Hus D"), Video("https://x.example")]
)
def test_who_needs_no_host_gets_none(world, how):
    book(world, how=how)
    assert row(world, Lease) is None
    assert [kind for kind, _, _ in owed(world)] == ["SendInvite", "SendInvite"]


def test_without_a_pool_a_video_meeting_is_booked_and_waits_for_a_pasted_link(database):
    with database.writing() as session:
        a_meeting(session, a_pair(session, a_programme(session)))
    assert row(database, Lease) is None
    change(database, meetings.change_how, how=Video("https://meet.example.org/abc"))
    meeting = row(database)
    assert (meeting.link, meeting.sequence) == ("https://meet.example.org/abc", 0)
    assert owed(database) == [("SendInvite", "booked", 1), ("SendInvite", "booked", 2)]


@pytest.mark.parametrize("shift", [timedelta(), timedelta(minutes=44), timedelta(minutes=-44)])
def test_a_slot_that_one_of_them_has_taken_is_refused_and_nothing_is_left_of_it(world, shift):
    book(world, how=Phone("1"))
    with world.writing() as session:
        mentor = session.get_one(Pair, 1).mentor
        a_pair(session, session.get_one(Pair, 1).programme, mentor, a_person(session, "Eva Mentee"))
    with pytest.raises(SlotTaken):
        book(world, pair=2, starts_at=NOW + timedelta(days=7) + shift, how=Phone("1"))
    assert len(owed(world)) == 2
    book(world, pair=2, starts_at=NOW + timedelta(days=7, minutes=45), how=Phone("1"))


def test_when_every_host_is_taken_a_video_meeting_is_refused_and_a_walk_is_not(two_pairs):
    world = two_pairs
    book(world)
    at = NOW + timedelta(days=7)
    with pytest.raises(NoHostFree):
        book(world, pair=2, starts_at=at)
    with pytest.raises(NoHostFree):
        book(world, pair=2, starts_at=at + timedelta(minutes=59))
    book(world, pair=2, starts_at=at, how=Walk("Norra porten"))
    book(world, pair=2, starts_at=at + timedelta(minutes=60))


@pytest.mark.parametrize(
    ("starts_at", "minutes", "refusal"),
    [
        (NOW, 45, InThePast),
        (utc(2026, 12, 20, 23), 45, InABlackout),  # 00:00 on the 21st in Stockholm
        (utc(2027, 1, 6, 22, 59), 45, InABlackout),
        (NOW + HOUR, 4, BadLength),
        (NOW + HOUR, 481, BadLength),
    ],
)
def test_a_time_that_does_not_suit_is_refused(world, starts_at, minutes, refusal):
    with pytest.raises(refusal), world.writing() as session:
        meetings.book(session, session.get_one(Pair, 1), starts_at=starts_at, minutes=minutes, how=Video(), now=NOW)
    assert row(world) is None


def test_the_days_around_a_blackout_are_free(world):
    book(world, starts_at=utc(2026, 12, 20, 22, 59))
    book(world, starts_at=utc(2027, 1, 6, 23))


def test_a_move_takes_seats_and_lease_along_and_tells_everybody_the_next_sequence(world):
    book(world)
    to = NOW + timedelta(days=8)
    change(world, meetings.reschedule, starts_at=to, minutes=30)
    meeting = row(world)
    assert (meeting.sequence, meeting.starts_at, meeting.minutes, meeting.changed_at) == (1, to, 30, LATER)
    with world.reading() as session:
        assert {(s.starts_at, s.ends_at) for s in session.scalars(select(Seat))} == {(to, to + timedelta(minutes=30))}
    assert row(world, Lease).starts_at == to - timedelta(minutes=10)
    assert owed(world)[3:] == [
        ("UpdateZoomMeeting", None, None),
        ("SendInvite", "moved", 1),
        ("SendInvite", "moved", 2),
    ]


def test_a_move_to_where_it_is_changes_nothing(world):
    book(world)
    change(world, meetings.reschedule, starts_at=NOW + timedelta(days=7), minutes=45)
    assert row(world).sequence == 0
    assert len(owed(world)) == 3


def test_a_move_within_its_own_time_is_no_clash_with_itself(world):
    book(world)
    change(world, meetings.reschedule, starts_at=NOW + timedelta(days=7, minutes=15), minutes=45)
    assert row(world).sequence == 1


def test_a_move_onto_another_meeting_is_refused_and_leaves_everything(world):
    book(world, how=Phone("1"))
    book(world, how=Phone("1"), days=8)
    with pytest.raises(SlotTaken):
        change(world, meetings.reschedule, starts_at=NOW + timedelta(days=8, minutes=30), minutes=45)
    assert row(world, id=1).starts_at == NOW + timedelta(days=7)
    assert len(owed(world)) == 4


@pytest.fixture
def two_pairs(world: Database) -> Database:
    """A second pair, who are nobody of the first."""
    with world.writing() as session:
        programme = session.get_one(Pair, 1).programme
        a_pair(session, programme, a_person(session, "Nils Mentor"), a_person(session, "Eva Mentee"))
    return world


def test_a_move_to_a_time_when_its_host_is_taken_goes_to_another_host(two_pairs):
    with two_pairs.writing() as session:
        some_hosts(session, 1)
    book(two_pairs, days=7)
    with two_pairs.writing() as session:  # the same host at another time, though the other is free then
        pool = {lane.email: lane for lane in hosts.lanes(session)}
        meetings.book(
            session, session.get_one(Pair, 2), starts_at=NOW + timedelta(days=8), minutes=45, how=Video(),
            preferred=pool["zoom-1@example.org"], now=NOW,
        )  # fmt: skip
    change(two_pairs, meetings.reschedule, starts_at=NOW + timedelta(days=8), minutes=45)
    with two_pairs.reading() as session:
        leases = session.scalars(select(Lease).where(Lease.meeting_id == 1).order_by(Lease.id)).all()
        assert [(lease.host.email, lease.active) for lease in leases] == [
            ("zoom-1@example.org", False),
            ("zoom-2@example.org", True),
        ]
        wanted = session.scalars(select(ZoomMeeting).where(ZoomMeeting.meeting_id == 1).order_by(ZoomMeeting.id)).all()
        assert [(zoom.host.email, zoom.wanted) for zoom in wanted] == [
            ("zoom-1@example.org", False),
            ("zoom-2@example.org", True),
        ]
    assert [kind for kind, _, _ in owed(two_pairs)[6:]] == [
        "DeleteZoomMeeting", "CreateZoomMeeting", "SendInvite", "SendInvite",
    ]  # fmt: skip


def test_a_move_to_a_time_when_no_host_is_free_is_refused_and_leaves_everything(two_pairs):
    book(two_pairs, days=7)
    book(two_pairs, pair=2, days=8)
    with pytest.raises(NoHostFree):
        change(two_pairs, meetings.reschedule, starts_at=NOW + timedelta(days=8), minutes=45)
    assert row(two_pairs, id=1).starts_at == NOW + timedelta(days=7)
    with two_pairs.reading() as session:
        assert [lease.active for lease in session.scalars(select(Lease))] == [True, True]


def test_a_cancel_frees_both_and_the_host_and_tells_everybody(world):
    book(world)
    change(world, meetings.cancel)
    meeting = row(world)
    assert (meeting.state, meeting.sequence) == (MeetingState.CANCELLED, 1)
    assert not row(world, Lease).active
    assert not row(world, ZoomMeeting).wanted
    assert owed(world)[3:] == [
        ("DeleteZoomMeeting", None, None),
        ("SendInvite", "cancelled", 1),
        ("SendInvite", "cancelled", 2),
    ]
    book(world)  # the very same slot


def test_from_video_to_a_walk_the_host_goes_and_back_another_lease_comes(world):
    book(world)
    change(world, meetings.change_how, how=Walk("Norra porten", "Café Ö"))
    meeting = row(world)
    assert (meeting.sequence, meeting.meeting_point, meeting.rain_plan) == (1, "Norra porten", "Café Ö")
    assert not row(world, Lease).active
    change(world, meetings.change_how, how=Video())
    assert row(world).sequence == 2
    assert row(world, Lease).active
    assert [kind for kind, change, _ in owed(world) if change is None] == [
        "CreateZoomMeeting", "DeleteZoomMeeting", "CreateZoomMeeting",
    ]  # fmt: skip


def test_from_video_to_hybrid_the_host_stays(world):
    book(world)
    change(world, meetings.change_how, how=Hybrid("Hus D"))
    assert (row(world).sequence, row(world, Lease).active) == (1, True)
    assert [kind for kind, change, _ in owed(world) if change is None] == ["CreateZoomMeeting"]


def test_a_pasted_link_gives_the_host_back_and_needs_no_new_invite(world):
    book(world)
    change(world, meetings.change_how, how=Video("https://meet.example.org/abc"))
    assert (row(world).sequence, row(world, Lease).active) == (0, False)
    change(world, meetings.change_how, how=Video())
    assert (row(world).sequence, row(world, Lease).active) == (0, True)
    assert sum(kind == "SendInvite" for kind, _, _ in owed(world)) == 2


@pytest.mark.parametrize(
    ("command", "values"),
    [
        (meetings.reschedule, {"starts_at": NOW + timedelta(days=9), "minutes": 45}),
        (meetings.change_how, {"how": Walk("x")}),
        (meetings.cancel, {}),
        (meetings.mark_held, {}),
    ],
)
def test_a_cancelled_meeting_can_not_be_changed(world, command, values):
    book(world)
    change(world, meetings.cancel)
    before = owed(world)
    with pytest.raises(MeetingClosed):
        change(world, command, **values)
    assert owed(world) == before


def test_a_meeting_is_held_once_it_has_begun_and_nobody_is_mailed(world):
    book(world, starts_at=NOW + timedelta(minutes=90))
    with pytest.raises(NotYetHeld):
        change(world, meetings.mark_held)
    with world.writing() as session:
        meetings.mark_held(session, session.get_one(Meeting, 1), now=NOW + timedelta(minutes=90))
    assert (row(world).state, row(world).sequence) == (MeetingState.HELD, 0)
    assert len(owed(world)) == 3


def test_a_meeting_that_took_place_elsewhere_is_logged_without_mail_or_host(world):
    with world.writing() as session:
        pair = session.get_one(Pair, 1)
        meetings.log_held(session, pair, starts_at=NOW - HOUR, minutes=45, how=Walk("Norra porten"), now=NOW)
    assert row(world).state is MeetingState.HELD
    assert owed(world) == []
    with pytest.raises(SlotTaken), world.writing() as session:
        meetings.log_held(session, session.get_one(Pair, 1), starts_at=NOW - HOUR, minutes=5, how=Video(), now=NOW)
    with pytest.raises(NotYetHeld), world.writing() as session:
        meetings.log_held(session, session.get_one(Pair, 1), starts_at=NOW + HOUR, minutes=5, how=Video(), now=NOW)


def test_the_coming_meeting_of_a_pair_is_the_next_booked_one(world):
    for days in (9, 7, 8):
        book(world, days=days, how=Phone("1"))
    change(world, meetings.cancel, meeting_id=2)
    with world.reading() as session:
        pair = session.get_one(Pair, 1)
        assert meetings.coming(session, [pair], now=NOW)[1].starts_at == NOW + timedelta(days=8)
        assert meetings.coming(session, [pair], now=NOW + timedelta(days=9)) == {}


def test_each_change_is_written_down_with_who_made_it(world):
    by = "emil.mentee@example.org"
    with world.writing() as session:
        pair = session.get_one(Pair, 1)
        start = NOW + timedelta(days=7)
        meeting = meetings.book(session, pair, starts_at=start, minutes=45, how=Phone("1"), by=by, now=NOW)
        meetings.reschedule(session, meeting, starts_at=start + HOUR, minutes=45, by=by, now=NOW)
        meetings.change_how(session, meeting, how=Walk("Norra porten"), by=by, now=NOW)
        meetings.change_how(session, meeting, how=Walk("Norra porten"), by=by, now=NOW)
        meetings.cancel(session, meeting, by=by, now=NOW)
        meetings.log_held(session, pair, starts_at=NOW - HOUR, minutes=45, how=Phone("1"), by=by, now=NOW)
        held = a_meeting(session, pair)
        meetings.mark_held(session, held, now=NOW + timedelta(days=8))
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    said = [(row.action, row.by, row.pair_id, row.details["meeting_id"]) for row in rows]
    assert said == [
        ("meeting-booked", by, 1, 1),
        ("meeting-moved", by, 1, 1),
        ("meeting-changed", by, 1, 1),
        ("meeting-cancelled", by, 1, 1),
        ("meeting-held", by, 1, 2),
        ("meeting-booked", "", 1, 3),
        ("meeting-held", "", 1, 3),
    ]
    assert rows[1].details["was"] == start.isoformat()
    assert rows[1].details["starts_at"] == (start + HOUR).isoformat()
