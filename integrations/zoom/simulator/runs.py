"""Meetings that are held in the simulator: who is let in, who comes and goes, and what Zoom reports afterwards."""

import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integrations.zoom.simulator.meetings import Meetings, SimulatedMeeting, about, stamp

Tell = Callable[[str, dict[str, Any]], object]


class NotLetIn(Exception):
    """Why somebody stands before the door of a meeting; one sentence, as Zoom would show it."""


@dataclass
class Person:
    """One stay of somebody in one run."""

    number: str
    name: str
    email: str
    joined_at: datetime
    left_at: datetime | None = None


@dataclass
class Run:
    """One time that a meeting is held: its UUID is its own, unlike the meeting's number."""

    meeting: SimulatedMeeting
    uuid: str
    started_at: datetime
    ended_at: datetime | None = None
    people: list[Person] = field(default_factory=list)


class Runs:
    """All runs. `at_once` is how many meetings of one host may be held at a time: 1 on Pro, 2 on Business and above.

    `report_after` is how long Zoom takes to report who was there. `tell` hears of each event: its name and object.
    """

    def __init__(
        self,
        meetings: Meetings,
        *,
        clock: Callable[[], datetime],
        tell: Tell,
        at_once: int = 1,
        report_after: timedelta = timedelta(minutes=15),
    ) -> None:
        self._meetings = meetings
        self._clock = clock
        self._tell = tell
        self._at_once = at_once
        self._report_after = report_after
        self._runs: dict[int, list[Run]] = {}

    def live(self, meeting_id: int) -> Run | None:
        """The run that goes on now."""
        last = self._runs.get(meeting_id, [])[-1:]
        return last[0] if last and last[0].ended_at is None else None

    def live_of(self, host: str) -> set[int]:
        """The host's meetings that go on now."""
        return {number for number in self._runs if (run := self.live(number)) and run.meeting.host == host}

    def join(self, meeting_id: int, name: str, email: str) -> Person:
        """Somebody comes; the first one starts the meeting. `KeyError` where there is none, `NotLetIn` with why not."""
        meeting, now = self._meetings.live[meeting_id], self._clock()
        if self.live(meeting_id) is None:
            self._check_start(meeting, email)
        elif meeting.settings["waiting_room"] and not self._may_host(meeting, email) and not self._hosted(meeting):
            raise self._waiting(meeting, name, "Please wait, the meeting host will let you in soon.")
        run = self.live(meeting_id) or self._start(meeting, now)
        person = Person(f"{16_778_240 + 1024 * len(run.people)}", name, email.lower(), now)
        run.people.append(person)
        self._tell("meeting.participant_joined", {**_about(run), "participant": _participant(person, came=True)})
        return person

    def leave(self, meeting_id: int, number: str) -> None:
        """That one goes; the last one ends the meeting. `KeyError` where nobody is there of this number."""
        run = self.live(meeting_id)
        here = {person.number: person for person in run.people if person.left_at is None} if run else {}
        person = here[number]
        person.left_at = self._clock()
        assert run is not None
        self._tell("meeting.participant_left", {**_about(run), "participant": _participant(person, came=False)})
        if len(here) == 1:
            self.end(meeting_id)

    def end(self, meeting_id: int) -> None:
        """The meeting ends for all who are still there. `KeyError` where it is not held."""
        run = self.live(meeting_id)
        if run is None:
            raise KeyError(meeting_id)
        run.ended_at = self._clock()
        for person in run.people:
            if person.left_at is None:
                person.left_at = run.ended_at
                self._tell("meeting.participant_left", {**_about(run), "participant": _participant(person, came=False)})
        self._tell("meeting.ended", {**_about(run), "end_time": stamp(run.ended_at)})

    def over(self, meeting_id: int) -> list[dict[str, Any]]:
        """The runs that have ended, as "List past meeting instances" shows them."""
        runs = self._runs.get(meeting_id, [])
        return [{"uuid": run.uuid, "start_time": stamp(run.started_at)} for run in runs if run.ended_at is not None]

    def report(self, which: str) -> list[dict[str, Any]] | None:
        """Who was in a run, by UUID or number, as "Get past meeting participants" shows it; None where there was none.

        Without lengths until the report is ready, and empty for a meeting of one person alone, as at Zoom.
        """
        over = [run for runs in self._runs.values() for run in runs if run.ended_at is not None]
        named = [run for run in over if which in {run.uuid, str(run.meeting.id)}]
        if not named:
            return None
        run = named[-1]
        assert run.ended_at is not None
        ready = self._clock() >= run.ended_at + self._report_after
        if ready and len({(person.name, person.email) for person in run.people}) < 2:
            return []
        return [_reported(person, ready=ready) for person in run.people]

    def _start(self, meeting: SimulatedMeeting, now: datetime) -> Run:
        run = Run(meeting, new_uuid(), now)
        self._runs.setdefault(meeting.id, []).append(run)
        self._tell("meeting.started", _about(run))
        return run

    def _check_start(self, meeting: SimulatedMeeting, email: str) -> None:
        others = self.live_of(meeting.host) - {meeting.id}
        if len(others) >= self._at_once:
            raise self._waiting(meeting, email, "The host has another meeting in progress.")
        if self._may_host(meeting, email):
            return
        if not meeting.settings["join_before_host"]:
            raise self._waiting(meeting, email, "Waiting for the host to start this meeting.")
        ahead = meeting.settings["jbh_time"]
        if ahead and self._clock() < meeting.start_time - timedelta(minutes=ahead):
            raise self._waiting(meeting, email, "The meeting has not started yet.")

    def _waiting(self, meeting: SimulatedMeeting, name: str, why: str) -> NotLetIn:
        self._tell("meeting.participant_jbh_waiting", {**about(meeting), "participant": {"user_name": name}})
        return NotLetIn(why)

    def _may_host(self, meeting: SimulatedMeeting, email: str) -> bool:
        hosts = {meeting.host, *str(meeting.settings["alternative_hosts"]).lower().split(";")}
        return bool(email) and email.lower() in hosts

    def _hosted(self, meeting: SimulatedMeeting) -> bool:
        run = self.live(meeting.id)
        return run is not None and any(
            person.left_at is None and self._may_host(meeting, person.email) for person in run.people
        )


def new_uuid() -> str:
    """As Zoom's: Base64, perhaps with slashes, even at its beginning."""
    return b64encode(secrets.token_bytes(16)).decode()


def _about(run: Run) -> dict[str, Any]:
    number = str(run.meeting.id)  # a text in these events
    return {**about(run.meeting), "id": number, "uuid": run.uuid, "start_time": stamp(run.started_at)}


def _participant(person: Person, *, came: bool) -> dict[str, Any]:
    at = person.joined_at if came else person.left_at
    assert at is not None
    return {
        "user_id": person.number,
        "user_name": person.name,
        "participant_uuid": f"uuid-{person.number}",
        "id": "",
        "email": person.email,
        ("join_time" if came else "leave_time"): stamp(at),
    }


def _reported(person: Person, *, ready: bool) -> dict[str, Any]:
    left_at = person.left_at or person.joined_at
    return {
        "id": "",
        "name": person.name,
        "user_id": person.number,
        "user_email": person.email,
        "join_time": stamp(person.joined_at),
        "leave_time": stamp(left_at),
        "duration": max(int((left_at - person.joined_at).total_seconds()), 1) if ready else 0,
        "failover": False,
        "status": "in_meeting",
        "internal_user": False,
    }
