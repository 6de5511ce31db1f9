"""`traff demo`: a whole programme at work, from nothing, with a stand-in for Zoom."""

import fcntl
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy import URL, func, select
from sqlalchemy.orm import Session

import scheduler
from integrations.zoom.simulator import Simulator
from integrations.zoom.simulator import serve as serve_simulator
from scheduler import app
from scheduler.cli.environment import CannotListen
from scheduler.cli.load import summary
from scheduler.cli.serve import drained, port_option, serve_until_stopped
from scheduler.cli.wave import reasons
from scheduler.db import Database
from scheduler.errors import Refused
from scheduler.models import Delivery, Department, Event, Meeting, Membership, Pair, Person, Programme, Seat
from scheduler.presenters.i18n import words
from scheduler.presenters.links import Links
from scheduler.programme import access, audit, folder
from scheduler.programme.events import standing
from scheduler.programme.files import loading
from scheduler.programme.folder.shift import shifted, weeks_to
from scheduler.programme.people import asking, sign_ins
from scheduler.programme.waves import waves
from scheduler.programme.waves.wave_plans import WavePlan
from scheduler.settings import HostSetting, Settings, ZoomSettings
from scheduler.states import Audience, DeliveryState, EventState, MeetingState, Role

PACKAGE = Path(scheduler.__file__).parent
FOLDERS = (PACKAGE / "demo", PACKAGE.parent / "demo")  # in the wheel; in a checkout
MARK = ".made-by-traff-demo"
HOSTS = tuple(HostSetting(f"zoom-{number}@example.org", 1) for number in (1, 2, 3, 4))
LINK_LASTS = timedelta(days=7)
COORDINATOR = "coordinator@example.org"


_sent_by_kind = select(Delivery.kind, func.count()).where(Delivery.state == DeliveryState.DONE).group_by(Delivery.kind)


class NotOurs(Refused):
    sentence = "%(directory)s is not empty and was not made by traff demo; choose another with --dir."


class InUse(Refused):
    sentence = "%(directory)s is in use by another traff demo; stop that one, or choose another with --dir."


class Site(NamedTuple):
    """The demo, ready to be looked at."""

    settings: Settings
    database: Database
    simulator: Simulator
    directory: Path


@click.command()
@click.option("--no-serve", is_flag=True, help="Stop after the report.")
@click.option(
    "--dir",
    "directory",
    default="var/demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where everything is written.",
)
@port_option
def demo(*, no_serve: bool, directory: Path, port: int) -> None:
    """Load the demo programme, book every pair's first meeting, deliver the invites, and serve it all.

    Everything is written into DIR, which is started afresh each time; a folder with anything else in it is refused.
    """
    if not no_serve:
        _check_port(port)
    with _start_afresh(directory), _site(directory, port) as site:
        plan = _fill(site)
        _report(site, plan)
        if no_serve:
            click.echo(f"\nTo look around in the browser: make demo, or traff demo --dir {directory}")
            return
        _links(site)
        click.echo()
        worker = app.make_worker(site.settings, site.database)
        web = app.make_web(site.settings, site.database, worker)
        serve_until_stopped(web, worker, host="127.0.0.1", port=port)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as failure:
            raise CannotListen(host="127.0.0.1", port=port, why=failure.strerror) from None


@contextmanager
def _start_afresh(directory: Path) -> Iterator[None]:
    """An empty DIR that nobody else's demo uses meanwhile; NotOurs and InUse leave it as it is."""
    if directory.is_dir() and any(directory.iterdir()) and not (directory / MARK).is_file():
        raise NotOurs(directory=directory)
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / MARK).open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(directory=directory) from None
        for entry in directory.iterdir():  # the folder itself stays, since it may be a mount, and so does its mark
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != MARK:
                entry.unlink()
        yield


@contextmanager
def _site(directory: Path, port: int) -> Iterator[Site]:
    simulator = Simulator(clock=app.clock, state_file=directory / "zoom.json")
    with serve_simulator(simulator) as zoom:
        settings = Settings(
            database_url=URL.create("sqlite", database=str(directory / "traff.db")).render_as_string(),
            secret_key=secrets.token_urlsafe(48),
            base_url=f"http://127.0.0.1:{port}",
            mail_url=f"maildir:{directory / 'mail'}",
            mail_from="traff@example.org",
            zoom=ZoomSettings("demo", "demo", "demo", f"{zoom.url}/oauth/token", f"{zoom.url}/v2", HOSTS),
            trusted_proxies=0,
        )
        yield Site(settings, app.open_database(settings, speaks_to_zoom=True), simulator, directory)


def _fill(site: Site) -> WavePlan:
    """Loads the programme, asks and introduces everybody, books the wave of its third and fourth week, and delivers."""
    now = app.clock()
    found = next(path for path in FOLDERS if path.is_dir())
    rows = folder.read(found)
    rows = shifted(rows, weeks_to(rows, now.date()))
    with site.database.writing() as session:
        programme, report = loading.load(session, rows, now=now)
    click.echo(f"Loaded {words('en').choose(programme.name)}, shifted to start on {programme.starts_on}:")
    for line in summary(report):
        click.echo(f"  {line}")
    with site.database.writing() as session:
        asked = asking.ask_all(session, programme, by=audit.TRAFF, now=now)
        introduced = asking.introduce_all(session, programme, by=audit.TRAFF, now=now)
    click.echo(f"Asking {len(asked)} people for their times, and introducing {len(introduced)} pairs ...")
    first, last = programme.starts_on + timedelta(weeks=2), programme.starts_on + timedelta(weeks=4, days=-1)
    click.echo(f"Booking every pair's first meeting from {first} to {last} ...")
    with site.database.reading() as session:
        plan = waves.plan_wave(
            session, programme, first=first, last=last, minutes=programme.meeting_minutes, now=app.clock()
        )
    with site.database.writing() as session:
        plan = waves.book_wave(session, plan, now=app.clock())
    click.echo("Delivering ...")
    drained(app.make_worker(site.settings, site.database))
    return plan


def _report(site: Site, plan: WavePlan) -> None:
    """What is there now, counted where it lies."""
    with site.database.reading() as session:
        programme = session.scalars(select(Programme)).one()
        mentees, mentors = (_members(session, role) for role in (Role.MENTEE, Role.MENTOR))
        people = _count(session, select(func.count(Membership.person_id.distinct())))
        departments = _count(session, select(func.count(Department.id)))
        pairs = _count(session, select(func.count(Pair.id)))
        booked = _count(session, select(func.count(Meeting.id)).where(Meeting.state == MeetingState.BOOKED))
        failed = _count(session, select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.FAILED))
        waiting = _count(session, select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.WAITING))
        sent = dict(session.execute(_sent_by_kind).all())
    mails = sum(1 for _ in (site.directory / "mail").glob("new/*"))
    zoom = site.simulator.meetings()
    click.echo(f"\n{words('en').choose(programme.name)}, {programme.starts_on} to {programme.ends_on}")
    _line("people", people, f"{mentees} mentees and {mentors} mentors of {departments} departments")
    _line("pairs", pairs)
    _line("meetings booked", booked)
    _line("not booked", len(plan.unplaced))
    for line in reasons(plan):
        click.echo(f"{'':28}{line}")
    _line("Zoom meetings", len(zoom), f"of pairs and events, at the stand-in for Zoom, {site.directory / 'zoom.json'}")
    _line("mails written", mails, f"in {site.directory / 'mail' / 'new'}, of which")
    _line("requests for times", sent.get("SendTimesRequest", 0), "one to everybody, with a link that needs no account")
    _line("introductions", sent.get("SendIntroduction", 0), "to both of each pair")
    _line("invites", sent.get("SendInvite", 0), "to both of each meeting, for their calendars")
    _line("failed deliveries", failed)
    _line("waiting deliveries", waiting)
    click.echo(f"  database                  {site.directory / 'traff.db'}")


def _line(what: str, count: int, more: str = "") -> None:
    click.echo(f"  {what:<19}{count:>5}  {more}".rstrip())


def _links(site: Site) -> None:
    """The addresses worth a visit."""
    links = app.make_links(site.settings)
    click.echo("\nWorth a visit:")
    with site.database.writing() as session:
        programme = session.scalars(select(Programme)).one()
        event = _open_event(session)
        access.grant_coordinator(
            session, COORDINATOR, programme=programme, department=None, by=audit.TRAFF, now=app.clock()
        )
        _link("the programme", links.programme(programme.slug))
        if event is not None:
            _link("a registration page", links.event(programme.slug, event.slug))
        _link("the desk, sign in once", _sign_in(session, links, COORDINATOR))
        seat = session.scalars(
            select(Seat).join(Seat.meeting).where(Meeting.state == MeetingState.BOOKED).order_by(Meeting.starts_at)
        ).first()
        if seat is not None:
            _links_of(session, links, seat)
        _link("the programme's feed", links.programme_feed(programme.slug))


def _open_event(session: Session) -> Event | None:
    """The next event that one can register for; anybody can, where there is one like that."""
    now = app.clock()
    events = session.scalars(select(Event).where(Event.state == EventState.PUBLISHED).order_by(Event.starts_at)).all()
    open_ones = [event for event in events if (event.opens_at or now) <= now < standing.closes_at(event)]
    return min(open_ones, key=lambda event: event.audience is not Audience.PUBLIC, default=None)


def _links_of(session: Session, links: Links, seat: Seat) -> None:
    """Those of the two who meet first."""
    person, pair = seat.person, seat.meeting.pair
    for what, whose in (("a mentor", pair.mentor), ("a mentee", pair.mentee)):
        _link(f"{what}, sign in once", _sign_in(session, links, whose.email), whose)
    asked = asking.request_to(session, pair.programme, person)
    if asked is not None:
        _link("giving times", links.times(asked.id, asked.generation), person)
    _link("a door", links.door(seat.id, seat.door_generation), person)
    _link("a feed", links.feed(person.id, person.feed_generation), person)


def _sign_in(session: Session, links: Links, email: str) -> str:
    made = sign_ins.make(session, email, valid=LINK_LASTS, now=app.clock())
    return links.sign_in(made.id, made.nonce)


def _link(what: str, address: str, whose: Person | None = None) -> None:
    click.echo(f"  {what:<23} {whose.name if whose else '':<24} {address}")


def _members(session: Session, role: Role) -> int:
    return _count(session, select(func.count(Membership.id)).where(Membership.role == role))


def _count(session: Session, query: object) -> int:
    return int(session.scalar(query) or 0)  # type: ignore[call-overload]
