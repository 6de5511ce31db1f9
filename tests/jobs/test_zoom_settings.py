"""Who is let in by whom, and what else is set at Zoom: one way for pairs, another for events that somebody leads."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from integrations.zoom.simulator import Strict
from scheduler.db import Database
from scheduler.programme import access
from scheduler.programme.pool import hosts
from tests.builders import NOW, a_meeting, a_pair, a_programme, an_event, some_hosts
from tests.jobs.zoom_house import House, zoom_house

HOST = "zoom-1@example.org"
START = NOW + timedelta(days=7)


@contextmanager
def an_event_at(database: Database, leaders: list[str], licences: dict[str, int]) -> Iterator[House]:
    """An event at Zoom with these leaders; `licences` are the account's other users, 2 is licensed."""
    users = frozenset({HOST, *licences})
    with database.writing() as session:
        some_hosts(session, 1)
        event = an_event(session, a_programme(session), starts_at=START)
        for leader in leaders:
            access.grant_facilitator(session, leader, event=event, by="a@example.org", now=NOW)
        hosts.lease(session, event, preferred=None, now=NOW)
    strict = Strict("account", "client", "secret", users, licences)
    with zoom_house(database, strict=strict) as house:
        house.work()
        yield house


@pytest.mark.parametrize(
    ("leaders", "let_in", "alternative"),
    [
        (["leader@example.org", "guest@elsewhere.org", "basic@example.org"], True, "leader@example.org"),
        (["guest@elsewhere.org", "basic@example.org"], False, ""),
        ([], False, ""),
    ],
)
def test_an_event_has_a_waiting_room_where_somebody_can_open_it(
    sqlite: Database, leaders: list[str], let_in: bool, alternative: str
) -> None:
    """Zoom takes as alternative hosts licensed users of the account only; the host is a machine's account."""
    with an_event_at(sqlite, leaders, {"leader@example.org": 2, "basic@example.org": 1}) as house:
        found = house.only()
        assert found.topic == "Mentorprogrammet: Kväll workshop"
        settings = found.settings
        assert (settings["waiting_room"], settings["join_before_host"]) == (let_in, not let_in)
        assert settings.get("alternative_hosts", "") == alternative
        assert settings["mute_upon_entry"]
        assert not settings["alternative_hosts_email_notification"]


def test_a_pair_lets_itself_in(sqlite: Database) -> None:
    with sqlite.writing() as session:
        some_hosts(session, 1)
        a_meeting(session, a_pair(session, a_programme(session)))
    with zoom_house(sqlite) as house:
        house.work()
        found = house.only().settings
    assert (found["waiting_room"], found["join_before_host"], found["mute_upon_entry"]) == (False, True, False)
