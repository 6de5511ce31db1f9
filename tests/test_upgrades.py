"""Upgrades keep what an older release has written, and what the database refuses."""

from datetime import date, timedelta

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, select
from sqlalchemy.exc import IntegrityError

from scheduler.db import Database
from scheduler.migrations import migrate
from scheduler.models import Event, Host, HostDay, Lease, WaveRun, ZoomMeeting
from scheduler.states import HostKind, RunState
from tests.builders import NOW, a_programme, an_event

HOUR = timedelta(hours=1)


def migrate_to(database: Database, revision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a release did whose last revision this was."""
    upgrade = command.upgrade
    with monkeypatch.context() as older:
        older.setattr(command, "upgrade", lambda config, _: upgrade(config, revision))
        migrate(database)


ZONE = {"timezone": "Europe/Stockholm"}
PROGRAMME = {
    "slug": "mentor", "name": {"en": "Mentors"}, "locale": "en", "starts_on": date(2026, 11, 2),
    "ends_on": date(2027, 5, 28), "contact": "a@example.org", "meeting_minutes": 45, "blackouts": [], **ZONE,
}  # fmt: skip


def as_it_is(connection: Connection) -> MetaData:
    """The tables of whatever release it is."""
    found = MetaData()
    found.reflect(connection)
    return found


def fill(connection: Connection) -> None:
    """Two meetings of a pair, one after the other on one host; a third one was cancelled."""
    found = as_it_is(connection)

    def put(table: str, **values: object) -> None:
        connection.execute(found.tables[table].insert().values(**values))

    put("programme", **PROGRAMME)
    for number in (1, 2):
        put("person", email=f"{number}@example.org", name="X", locale="en", feed_generation=1, **ZONE)
    put("pair", programme_id=1, mentor_id=1, mentee_id=2, created_at=NOW)
    put("host", email="zoom@example.org", capacity=1, retired=False)
    texts = dict.fromkeys(("place", "meeting_point", "rain_plan", "route", "phone", "link"), "")
    for number in (1, 2, 3):
        start = NOW + number * HOUR
        put(
            "meeting", pair_id=1, uid=str(number), sequence=0, state="booked", starts_at=start, minutes=60,
            mode="video", changed_at=NOW, **ZONE, **texts,
        )  # fmt: skip
        active = number < 3
        put("lease", host_id=1, lane=0, meeting_id=number, starts_at=start, ends_at=start + HOUR, active=active)
        put(
            "zoom_meeting", meeting_id=number, host_id=1, reference=f"ref-{number}", wanted=active,
            zoom_id=90_000_000_000 + number, uuid="u", join_url=f"https://zoom/{number}", passcode="1",
        )  # fmt: skip
    connection.execute(found.tables["lease"].delete().where(found.tables["lease"].c.id == 3))


@pytest.fixture
def upgraded(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    migrate_to(fresh, "0005", monkeypatch)
    with fresh.engine.begin() as connection:
        fill(connection)
    migrate(fresh)
    return fresh


def test_the_ledger_keeps_leases_and_zoom_meetings(upgraded: Database) -> None:
    with upgraded.reading() as session:
        leases = session.scalars(select(Lease).order_by(Lease.id)).all()
        assert [(row.meeting_id, row.event_id, row.starts_at, row.active) for row in leases] == [
            (1, None, NOW + HOUR, True), (2, None, NOW + 2 * HOUR, True),
        ]  # fmt: skip
        found = session.scalars(select(ZoomMeeting).order_by(ZoomMeeting.id)).all()
        assert [(row.zoom_id, row.reference, row.wanted, row.join_url, row.locked) for row in found] == [
            (90_000_000_000 + number, f"ref-{number}", number < 3, f"https://zoom/{number}", []) for number in (1, 2, 3)
        ]
        host = session.get_one(Host, 1)
        assert (host.kind, host.join_url, host.swept_at) == (HostKind.API, "", None)


def test_the_ledger_hands_out_no_id_of_an_older_release_again(upgraded: Database) -> None:
    with upgraded.writing() as session:
        session.add(lease(meeting_id=3, after=9))
        session.flush()
        assert session.scalars(select(Lease.id).order_by(Lease.id.desc())).first() == 4, "3 was used once"


def lease(*, after: int, **of: int) -> Lease:
    start = NOW + after * HOUR
    return Lease(host_id=1, lane=0, starts_at=start, ends_at=start + HOUR, active=True, **of)


def refused(database: Database, row: object, because: str) -> None:
    with pytest.raises(IntegrityError, match=because), database.writing() as session:
        session.add(row)


def test_the_ledger_still_refuses_a_clash_and_a_second_lease(upgraded: Database) -> None:
    refused(upgraded, lease(meeting_id=3, after=1), "lease_no_overlap")
    with pytest.raises(IntegrityError, match="lease_no_overlap"), upgraded.writing() as session:
        session.get_one(Lease, 2).starts_at = NOW + 1.5 * HOUR
    refused(upgraded, lease(meeting_id=1, after=9), "meeting_id|uq_lease_active")


def test_the_ledger_is_of_a_meeting_or_an_event_and_of_one_of_them(upgraded: Database) -> None:
    with upgraded.writing() as session:
        event = an_event(session, a_programme(session, "other"))
        session.add_all([lease(event_id=event.id, after=9), zoom_meeting("a", event_id=event.id)])
        session.add(HostDay(host_id=1, day=NOW.date(), creates=1, updates=0, exhausted=False))
    with upgraded.reading() as session:
        event_id = session.scalars(select(Event.id)).one()
    refused(upgraded, lease(event_id=event_id, after=12), "event_id|uq_lease_active_event")
    refused(upgraded, zoom_meeting("b", event_id=event_id), "event_id|uq_zoom_meeting_wanted_event")
    for of in ({}, {"meeting_id": 3, "event_id": event_id}):
        refused(upgraded, lease(after=15, **of), "of_one")
        refused(upgraded, zoom_meeting("c", **of), "of_one")


def zoom_meeting(reference: str, **of: int) -> ZoomMeeting:
    return ZoomMeeting(host_id=1, reference=reference, wanted=True, **of)


def test_a_wave_that_was_sent_is_not_sent_again_and_one_that_was_not_still_can_be(
    fresh: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate_to(fresh, "0014", monkeypatch)
    plan = {"placed": [[1, 2, None]]}
    with fresh.engine.begin() as connection:
        found = as_it_is(connection)
        connection.execute(found.tables["programme"].insert().values(**PROGRAMME, reminders=[]))
        for sent_at in (NOW, None):
            connection.execute(
                found.tables["wave_run"].insert().values(
                    programme_id=1, departments=[1], asked_by="anna@example.org", first_on=date(2026, 11, 9),
                    last_on=date(2026, 11, 20), minutes=45, book=True, state="ready", stop_wanted=False, attempt=1,
                    pairs=1, placed=1, most=1, plan=plan, asked_at=NOW, ended_at=NOW, sent_at=sent_at,
                )
            )  # fmt: skip
    migrate(fresh)
    with fresh.reading() as session:
        runs = session.scalars(select(WaveRun).order_by(WaveRun.id)).all()
        assert [(run.state, run.sent_at) for run in runs] == [(RunState.SENT, NOW), (RunState.READY, None)]
        assert [(run.asked_by, run.departments, run.ended_at) for run in runs] == [("anna@example.org", [1], NOW)] * 2
        assert [run.plan and run.plan["placed"][0][1] for run in runs] == [2, 2]
