"""Whatever Zoom signs, in whatever shape and order: no 500, nothing written but what a webhook may, and one end."""

import json
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from scheduler.db import Database
from scheduler.models import Attendance, Receipt, ZoomMeeting
from tests.web.test_zoom_hook import MENTOR, START, ZOOM_ID, Hook, came, ended, hook, left, news, started
from tests.web.world import everything

__all__ = ["hook"]  # the fixture

MAY_CHANGE = {"attendance", "receipt", "zoom_meeting", "delivery"}
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

odd = st.sampled_from(
    ["", "\x00", "\ud800", "a" * 5000, "2026-11-09T09:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
     "2026-13-40T99:00:00Z", str(ZOOM_ID), "9" * 18, MENTOR, -1, 0, 2**63, 10**300, 1e308, float("nan"), True, None]
)  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | odd,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
sound = st.sampled_from(
    [started(), ended(), came(email=MENTOR), left(after=30), news("meeting.updated"), news("meeting.deleted")]
)
# Where something else is put: a path into the event.
places = st.sampled_from(
    [("event",), ("event_ts",), ("payload",), ("payload", "object"), *[
        ("payload", "object", name) for name in ("id", "uuid", "start_time", "end_time", "participant")
    ], *[("payload", "object", "participant", name) for name in ("user_id", "email", "join_time", "leave_time")]]
)  # fmt: skip


def with_another(data: dict[str, Any], place: tuple[str, ...], value: object) -> dict[str, Any]:
    """The event with this value in this place, if it has the place."""
    changed = deepcopy(data)
    inner: Any = changed
    for name in place[:-1]:
        inner = inner.get(name) if isinstance(inner, dict) else None
    if isinstance(inner, dict):
        inner[place[-1]] = value
    return changed


def unchanged(before: dict[str, Any], database: Database) -> None:
    found = everything(database)
    assert {name for name in found if found[name] != before[name]} <= MAY_CHANGE


@few
@given(data=anything)
def test_any_json_is_answered_and_changes_nothing(hook: Hook, data: object) -> None:
    before = everything(hook.database)
    assert hook.tell(data) in {200, 400}
    assert everything(hook.database) == before


@few
@given(data=sound, changes=st.lists(st.tuples(places, anything), min_size=1, max_size=3))
def test_any_value_in_any_place_is_answered_and_leaves_everything_else_alone(
    hook: Hook, data: dict[str, Any], changes: list[tuple[tuple[str, ...], object]]
) -> None:
    hook.clock.now = START + timedelta(minutes=40)
    before = everything(hook.database)
    for place, value in changes:
        data = with_another(data, place, value)
    assert hook.tell(data) in {200, 400}
    unchanged(before, hook.database)


@few
@given(body=st.binary(max_size=300))
def test_any_bytes_are_a_bad_request(hook: Hook, body: bytes) -> None:
    before = everything(hook.database)
    assert hook.tell(body) == 400
    assert everything(hook.database) == before


EVENING = [
    started(),
    came(email=MENTOR),
    came(after=2, who="16779264"),
    left(after=10, who="16779264"),
    came(after=12, who="16780288"),
    left(after=40, who="16780288"),
    left(after=40.1, email=MENTOR),
    ended(after=40.1),
    started(after=44, uuid="another=="),
    ended(after=45, uuid="another=="),
]


def outcome(hook: Hook, events: list[dict[str, Any]]) -> tuple[object, ...]:
    """What is known after these events, told to a meeting of which nothing was known."""
    with hook.database.writing() as session:
        session.execute(delete(Attendance))
        session.execute(delete(Receipt))
        session.execute(update(ZoomMeeting).values(told_at=None, live_since=None, ended_at=None))
    for event in events:
        assert hook.tell(event) == 200
    with hook.database.reading() as session:
        columns = (Attendance.key, Attendance.person_id, Attendance.came_at, Attendance.left_at)
        stays = sorted(map(tuple, session.execute(select(*columns))), key=repr)
        row = session.scalars(select(ZoomMeeting)).one()
        return (stays, row.told_at, row.live_since, row.ended_at)


@settings(few, max_examples=8)
@given(order=st.permutations(EVENING), again=st.lists(st.sampled_from(EVENING), max_size=5))
def test_any_order_with_any_copies_comes_to_the_same(
    hook: Hook, order: list[dict[str, Any]], again: list[dict[str, Any]]
) -> None:
    hook.clock.now = START + timedelta(minutes=60)
    expected = outcome(hook, EVENING)
    assert len(expected[0]) == 3  # type: ignore[arg-type]
    assert outcome(hook, [*again, *order, *again]) == expected


@pytest.mark.parametrize("name", ["told_at", "came_at"])
def test_that_the_comparison_would_tell(hook: Hook, name: str) -> None:
    """The control: one event less, and the outcome is another."""
    hook.clock.now = START + timedelta(minutes=60)
    less = EVENING[:-1] if name == "told_at" else [*EVENING[:1], *EVENING[2:]]
    assert outcome(hook, less) != outcome(hook, EVENING)


def test_the_sound_events_that_the_shapes_are_made_of_do_change_something(hook: Hook) -> None:
    """The control: what is mangled above is not ignored for another reason."""
    hook.clock.now = START + timedelta(minutes=40)
    for data in (started(), came(email=MENTOR), left(after=30), news("meeting.deleted")):
        before = everything(hook.database)
        assert hook.tell(json.loads(json.dumps(data))) == 200
        found = everything(hook.database)
        assert {name for name in found if found[name] != before[name]} - {"receipt"}
