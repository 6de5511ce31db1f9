"""`traff demo`: what it says is what is there, in the database, at Zoom's stand-in and in the mail folder."""

import fcntl
import json
import mailbox
import re
import socket
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import func, select

from scheduler.cli.demo import MARK
from scheduler.db import Base, Database
from scheduler.models import (
    Delivery,
    Department,
    Event,
    Meeting,
    Membership,
    Pair,
    Person,
    Programme,
    Seat,
    TimesRequest,
    ZoomMeeting,
)
from scheduler.states import DeliveryState, EventFormat, MeetingState, Role
from tests.cli.shell import PATIENCE, Shell
from tests.ports import free_port


def number(lines: list[str], what: str) -> int:
    """The number that the report has for this."""
    report = lines[lines.index("Delivering ...") :]
    (found,) = (re.fullmatch(rf"  {what} +(\d+)\b.*", line) for line in report if line.startswith(f"  {what} "))
    assert found is not None, report
    return int(found[1])


def check_database(path: Path, report: list[str]) -> None:
    """That each number of the report is the database's, counted anew."""
    database = Database(f"sqlite:///{path}")
    with database.reading() as session:

        def count(model: type[Base], *where: object) -> int:
            return session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]

        assert number(report, "people") == count(Person) == 160
        roles = [count(Membership, Membership.role == role) for role in (Role.MENTEE, Role.MENTOR)]
        line = f"{roles[0]} mentees and {roles[1]} mentors of {count(Department)} departments"
        assert any(text.endswith(line) for text in report)
        assert number(report, "pairs") == count(Pair) == 80
        booked = count(Meeting, Meeting.state == MeetingState.BOOKED)
        assert number(report, "meetings booked") == booked == count(Meeting)
        assert number(report, "not booked") == 80 - booked < 10
        from_afar = session.scalars(select(Event).where(Event.format != EventFormat.ON_SITE))
        held = booked + sum(
            event.starts_at + timedelta(minutes=event.minutes) > datetime.now(UTC) for event in from_afar
        )
        assert number(report, "Zoom meetings") == count(ZoomMeeting, ZoomMeeting.wanted) == held > booked
        assert number(report, "invites") == count(Seat) == 2 * booked
        assert number(report, "requests for times") == count(TimesRequest) == 160
        assert number(report, "introductions") == 2 * count(Pair, Pair.introduced_at.is_not(None)) == 160
        assert number(report, "mails written") == 2 * booked + 320
        assert (number(report, "failed deliveries"), number(report, "waiting deliveries")) == (0, 0)
        states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
        assert [tuple(row) for row in states] == [(DeliveryState.DONE, 2 * booked + held + 320)]
        # The wave fills the third and the fourth week.
        programme = session.scalars(select(Programme)).one()
        first = programme.starts_on + timedelta(weeks=2)
        assert all(0 <= (day.date() - first).days < 14 for day in session.scalars(select(Meeting.starts_at)))
    database.close()


def test_the_report_is_true(shell: Shell) -> None:
    report = shell.says("demo", "--no-serve", "--dir", "here", TRAFF_SECRET_KEY="")
    here = shell.folder / "here"
    check_database(here / "traff.db", report)
    zoom = json.loads((here / "zoom.json").read_text("utf-8"))
    assert len(zoom["meetings"]) == number(report, "Zoom meetings")
    box = mailbox.Maildir(here / "mail", create=False)
    assert len(box) == len(list((here / "mail" / "new").iterdir())) == number(report, "mails written")
    kinds = {"times": "requests for times", "pair": "introductions"}  # as their Message-IDs begin
    found_in_box = Counter(kinds.get(mail["Message-ID"][1:].partition(".")[0], "invites") for mail in box)
    assert found_in_box == {kind: number(report, kind) for kind in (*kinds.values(), "invites")}
    invites = [mail for mail in box if any(part.get_content_type() == "text/calendar" for part in mail.walk())]
    assert len(invites) == number(report, "invites")
    assert set(Counter(mail["To"] for mail in invites).values()) == {1, 2}, "six mentors have two mentees"
    found = re.search(r"shifted to start on (\S+):", report[0])
    assert found is not None
    starts_on = date.fromisoformat(found[1])
    assert starts_on.weekday() == 0
    assert abs(starts_on - datetime.now(UTC).date()) <= timedelta(days=4)
    assert report[-1] == "To look around in the browser: make demo, or traff demo --dir here"
    reasons = [line.strip() for line in report if ": no common hour" in line]
    assert len(reasons) == number(report, "not booked")
    assert sum("gave no times" in line for line in reasons) == 4
    assert sorted(path.name for path in here.iterdir()) == sorted([MARK, "mail", "traff.db", "zoom.json"])


def test_the_demo_is_served_with_links_that_work(shell: Shell) -> None:
    """In a folder of an earlier demo, whose leftovers are gone."""
    here = shell.folder / "here"
    (here / "mail" / "new").mkdir(parents=True)
    (here / "mail" / "new" / "old").write_text("an old mail")
    (here / "traff.db").write_text("an old database")
    (here / MARK).touch()
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with shell.running("demo", "--dir", "here", "--port", port, TRAFF_SECRET_KEY="") as demo:
        demo.wait_for(f"^Serving on {base}/ until Ctrl-C.$")
        check_database(here / "traff.db", demo.lines)
        assert not (here / "mail" / "new" / "old").exists()
        listed = demo.lines[demo.lines.index("Worth a visit:") :]
        found = [
            re.fullmatch(r"  (\S.*?)(?:  +(\S.*?))? +(http\S+)", line) for line in listed[1:] if "http" in line[:80]
        ]
        links = {each[1]: each[3] for each in found if each}
        assert list(links) == [
            "the programme", "a registration page", "the desk, sign in once", "a mentor, sign in once",
            "a mentee, sign in once", "giving times", "a door", "a feed", "the programme's feed",
        ]  # fmt: skip
        for link in links.values():
            assert link.startswith(f"{base}/")
            answer = requests.get(link, timeout=PATIENCE)
            assert answer.status_code == 200, link
            assert ("BEGIN:VEVENT" in answer.text) == link.endswith(".ics")
        assert 'name="consent"' in requests.get(links["a registration page"], timeout=PATIENCE).text, "it is open"
        sign_in_once(links["the desk, sign in once"], f"{base}/c/mentor-2026/")
        for who in ("a mentor", "a mentee"):
            sign_in_once(links[f"{who}, sign in once"], f"{base}/me/")
        assert (demo.stop(), demo.errors) == (0, "")


def sign_in_once(link: str, leads_to: str) -> None:
    """The button of the link opens what is theirs, for the first browser that presses it."""
    outcomes = []
    for _ in range(2):
        with requests.Session() as browser:
            page = browser.get(link, timeout=PATIENCE)
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
            assert token is not None
            answer = browser.post(link, data={"csrf_token": token[1]}, allow_redirects=False, timeout=PATIENCE)
            opened = browser.get(leads_to, allow_redirects=False, timeout=PATIENCE)
            outcomes.append((answer.status_code, opened.status_code == 200))
    assert outcomes == [(303, True), (410, False)]


def test_a_folder_of_somebody_else_is_left_alone(shell: Shell) -> None:
    (shell.folder / "theirs").mkdir()
    (shell.folder / "theirs" / "thesis.txt").write_text("years of work")
    sentence = shell.refuses("demo", "--no-serve", "--dir", "theirs")
    assert sentence == "traff: theirs is not empty and was not made by traff demo; choose another with --dir."
    assert (shell.folder / "theirs" / "thesis.txt").read_text() == "years of work"
    assert [path.name for path in shell.folder.iterdir()] == ["theirs"]


def test_a_folder_that_another_demo_uses_is_left_alone(shell: Shell) -> None:
    used = shell.folder / "used"
    used.mkdir()
    with (used / ".made-by-traff-demo").open("a") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        (used / "traff.db").write_text("in use")
        sentence = shell.refuses("demo", "--no-serve", "--dir", "used")
    assert sentence == "traff: used is in use by another traff demo; stop that one, or choose another with --dir."
    assert (used / "traff.db").read_text() == "in use"


def test_a_port_that_is_taken_is_told_before_anything_is_done(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = shell.refuses("demo", "--port", port)
    assert sentence == (
        f"traff: Cannot listen on 127.0.0.1 port {port}: Address already in use; choose another with --port."
    )
    assert list(shell.folder.iterdir()) == []
