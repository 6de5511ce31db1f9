"""`traff wave`: a plan that books nothing, a booking that books the plan, and the same as JSON."""

import json
import os
import signal
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from scheduler.cli.wave import wave
from scheduler.db import Database
from scheduler.models import Delivery, Meeting, Proposal
from scheduler.programme.waves.wave_plans import Question, WavePlan
from scheduler.states import DeliveryState, MeetingState, ProposalState
from tests.cli.conftest import TODAY
from tests.cli.shell import Shell

FROM, TO = TODAY + timedelta(days=2), TODAY + timedelta(days=15)
SPAN = ("mentor", "--from", FROM, "--to", TO)
ZOOM = {
    "TRAFF_ZOOM_ACCOUNT_ID": "demo",
    "TRAFF_ZOOM_CLIENT_ID": "demo",
    "TRAFF_ZOOM_CLIENT_SECRET": "demo",
    "TRAFF_ZOOM_HOSTS": "zoom-1@example.org",
}


def meetings(shell: Shell) -> list[tuple[str, str, str, int]]:
    """(mentor, mentee, start, minutes) of each booked meeting, in the order of starts."""
    database = Database(shell.database_url)
    with database.reading() as session:
        query = select(Meeting).where(Meeting.state == MeetingState.BOOKED).order_by(Meeting.starts_at, Meeting.id)
        found = [
            (row.pair.mentor.email, row.pair.mentee.email, f"{row.starts_at:%Y-%m-%dT%H:%M:%SZ}", row.minutes)
            for row in session.scalars(query)
        ]
    database.close()
    return found


def proposed(shell: Shell) -> list[tuple[str, str, str]]:
    """(mentor, mentee, first start) of each open proposal, in the order of starts."""
    database = Database(shell.database_url)
    with database.reading() as session:
        rows = session.scalars(select(Proposal).where(Proposal.state == ProposalState.OPEN)).all()
        found = [
            (row.pair.mentor.email, row.pair.mentee.email, f"{row.slots[0].starts_at:%Y-%m-%dT%H:%M:%SZ}")
            for row in sorted(rows, key=lambda row: (row.slots[0].starts_at, row.id))
        ]
    database.close()
    return found


def waiting(shell: Shell) -> list[str]:
    database = Database(shell.database_url)
    with database.reading() as session:
        query = select(Delivery.kind).where(Delivery.state == DeliveryState.WAITING).order_by(Delivery.kind)
        found = list(session.scalars(query))
    database.close()
    return found


def test_a_plan_is_shown_and_books_nothing(loaded: Shell) -> None:
    lines = loaded.says("wave", *SPAN, LC_ALL="C")  # letters are printed whatever the language of the machine
    assert lines[0] == (
        "2 of 3 pairs placed (nothing is booked; add --book or --propose); 0 skipped, who have a meeting or a proposal."
    )
    assert {line.partition("  ")[2] for line in (line.strip() for line in lines[1:3])} == {
        "David and Alma", "Åsa and Björn",
    }  # fmt: skip
    assert all(", Stockholm (GMT+" in line for line in lines[1:3])
    assert lines[3:] == [
        "  not placed: Frej and Cecilia: no common hour (Frej gave no times)",
        "  It is proven that no plan places more of them, nor as many at better hours.",
    ]
    assert (meetings(loaded), waiting(loaded)) == ([], [])


def test_a_wave_is_booked_once(loaded: Shell) -> None:
    (line,) = loaded.says("wave", *SPAN, "--json", **ZOOM)
    plan = json.loads(line)
    assert meetings(loaded) == []

    (line,) = loaded.says("wave", *SPAN, "--book", "--json", **ZOOM)
    assert json.loads(line) == plan, "what was shown is what is booked"
    check_shape(plan)
    assert meetings(loaded) == [(row["mentor"], row["mentee"], row["start"], row["minutes"]) for row in plan["placed"]]
    assert waiting(loaded) == ["CreateZoomMeeting"] * 2 + ["SendInvite"] * 4

    booked = meetings(loaded)
    (line,) = loaded.says("wave", *SPAN, "--book", "--json", **ZOOM)
    again = json.loads(line)
    check_shape(again)
    assert (again["placed"], again["skipped"]) == ([], 2)
    assert [row["mentor"] for row in again["unplaced"]] == ["c@example.org"]
    assert meetings(loaded) == booked


def check_shape(plan: dict[str, Any]) -> None:
    """That it is what scripts rely on, no more and no less."""
    assert list(plan) == ["placed", "unplaced", "skipped", "optimal", "bound"]
    for row in plan["placed"]:
        assert list(row) == ["mentor", "mentee", "start", "minutes", "mode", "host"]
        start = datetime.strptime(row["start"], "%Y-%m-%dT%H:%M:%S%z")
        assert FROM - timedelta(days=1) <= start.date() <= TO
        assert (row["minutes"], row["mode"], row["host"]) == (45, "video", "zoom-1@example.org")
    assert plan["unplaced"] == [{"mentor": "c@example.org", "mentee": "f@example.org", "reason": "no_common_hour"}]
    assert isinstance(plan["skipped"], int)
    assert plan["optimal"] is True
    assert len(plan["bound"]) == 2
    assert all(isinstance(number, int) for number in plan["bound"])


def test_a_booking_is_told_with_its_hosts(loaded: Shell) -> None:
    lines = loaded.says("wave", *SPAN, "--book", "--minutes", 30, **ZOOM)
    assert lines[0] == "2 of 3 pairs booked; 0 skipped, who have a meeting or a proposal."
    assert sum(line.endswith("  zoom-1@example.org") for line in lines) == 2
    assert lines[-1] == "  host zoom-1@example.org: 2 meetings"
    assert any("It is proven that no plan places more" in line for line in lines)
    assert [minutes for *_, minutes in meetings(loaded)] == [30, 30]


def test_how_long_it_looks_can_be_said_and_what_is_left_out_has_a_cure(loaded: Shell) -> None:
    narrow = ("mentor", "--from", TO, "--to", TO, "--minutes", 120, "--seconds", 0)
    lines = loaded.says("wave", *narrow, **ZOOM)
    assert lines[0].startswith("1 of 3 pairs placed")
    assert sum(line.endswith(": no Zoom host free at any of their hours") for line in lines) == 1
    weekday = f"{TO:%A}"
    assert f"  What would help most: one more Zoom host on {weekday} evenings places 1 more pair." in lines
    assert "-1.0 is not in the range" in loaded.refuses("wave", *narrow[:-1], "-1")


def test_ctrl_c_shows_the_best_so_far_and_books_nothing(loaded: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**loaded.environment(**ZOOM), "TRAFF_DATABASE_URL": loaded.database_url}.items():
        monkeypatch.setenv(name, value)
    answer = Question.answer

    def pressed(asked: Question, **kwargs: Any) -> WavePlan:
        os.kill(os.getpid(), signal.SIGINT)
        return answer(asked, **kwargs)

    monkeypatch.setattr(Question, "answer", pressed)
    ran = CliRunner().invoke(wave, [*map(str, SPAN), "--book"])
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.startswith("2 of 3 pairs placed (nothing is booked")
    assert ran.stderr == "Stopped: this is the best plan so far, and nothing of it is booked or proposed.\n"
    assert (meetings(loaded), waiting(loaded)) == ([], [])


def test_a_wave_is_proposed_once_and_books_nothing(loaded: Shell) -> None:
    (line,) = loaded.says("wave", *SPAN, "--json", **ZOOM)
    plan = json.loads(line)
    (line,) = loaded.says("wave", *SPAN, "--propose", "--json", **ZOOM)
    assert json.loads(line) == plan, "what was shown is what is proposed"
    check_shape(plan)
    assert proposed(loaded) == [(row["mentor"], row["mentee"], row["start"]) for row in plan["placed"]]
    assert (meetings(loaded), waiting(loaded)) == ([], ["SendProposal"] * 4)
    lines = loaded.says("wave", *SPAN, "--propose", **ZOOM)
    assert lines[0] == "0 of 1 pairs proposed; 2 skipped, who have a meeting or a proposal."
    assert waiting(loaded) == ["SendProposal"] * 4


def test_proposing_and_booking_at_once_is_refused(loaded: Shell) -> None:
    sentence = loaded.refuses("wave", *SPAN, "--propose", "--book").splitlines()[-1]
    assert sentence.startswith("Error: Either --book or --propose, not both")
    assert (meetings(loaded), waiting(loaded)) == ([], [])


def test_without_zoom_there_is_no_host(loaded: Shell) -> None:
    (line,) = loaded.says("wave", *SPAN, "--book", "--json")
    assert [row["host"] for row in json.loads(line)["placed"]] == [None, None]
    assert waiting(loaded) == ["SendInvite"] * 4


YESTERDAY = TODAY - timedelta(days=1)
REFUSED = {
    "an unknown programme": (
        ("nowhere", "--from", FROM, "--to", TO),
        "traff: There is no programme nowhere; known are: mentor.",
    ),
    "dates in reverse": (
        ("mentor", "--from", TO, "--to", FROM),
        f"Error: Invalid value for '--to': {FROM} lies before --from {TO}; write a later date.",
    ),
    "a date that is none": (
        ("mentor", "--from", "2026-02-30", "--to", TO),
        "Error: Invalid value for '--from': '2026-02-30' is no date; write it as 2026-11-16.",
    ),
    "decades": (
        ("mentor", "--from", FROM, "--to", FROM + timedelta(days=5000)),
        f"Error: Invalid value for '--to': a wave spans at most a year, from {FROM}.",
    ),
    "a span that has passed": (
        ("mentor", "--from", YESTERDAY - timedelta(days=9), "--to", YESTERDAY - timedelta(days=1)),
        f"Error: Invalid value for '--to': {YESTERDAY - timedelta(days=1)} has passed; write a later date.",
    ),
    "too many minutes": (
        (*SPAN, "--minutes", 481),
        "Error: Invalid value for '--minutes': 481 is not in the range 5<=x<=480.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_wave_is_refused_and_books_nothing(loaded: Shell, case: str) -> None:
    words, sentence = REFUSED[case]
    assert loaded.refuses("wave", *words, "--book").splitlines()[-1] == sentence
    assert meetings(loaded) == []


def test_without_any_programme_the_way_to_one_is_named(shell: Shell) -> None:
    sentence = shell.refuses("wave", *SPAN)
    assert sentence == "traff: There is no programme mentor; load one with traff load."
