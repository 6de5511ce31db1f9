"""`traff demo`: a whole programme at work, from nothing, with a stand-in for Zoom."""

import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy import func, select
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
from scheduler.models import Delivery, Department, Meeting, Membership, Pair, Programme, Seat
from scheduler.presenters.i18n import words
from scheduler.programme import access, folder, loading, waves
from scheduler.programme.folder.shift import shifted, weeks_to
from scheduler.settings import HostSetting, Settings, ZoomSettings
from scheduler.states import DeliveryState, MeetingState, Role

PACKAGE = Path(scheduler.__file__).parent
FOLDERS = (PACKAGE / "demo", PACKAGE.parent / "demo")  # in the wheel; in a checkout
MARK = ".made-by-traff-demo"
HOSTS = tuple(HostSetting(f"zoom-{number}@example.org", 1) for number in (1, 2, 3, 4))
LINK_LASTS = timedelta(days=7)


class NotOurs(Refused):
    sentence = "%(directory)s is not empty and was not made by traff demo; choose another with --dir."


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
    _start_afresh(directory)
    with _site(directory, port) as site:
        plan = _fill(site)
        _report(site, plan)
        if no_serve:
            click.echo(f"\nTo look around in the browser: make demo, or traff demo --dir {directory}")
            return
        _links(site)
        click.echo()
        web, worker = app.make_web(site.settings, site.database), app.make_worker(site.settings, site.database)
        serve_until_stopped(web, worker, host="127.0.0.1", port=port)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as failure:
            raise CannotListen(host="127.0.0.1", port=port, why=failure.strerror) from None


def _start_afresh(directory: Path) -> None:
    if directory.is_dir() and any(directory.iterdir()):
        if not (directory / MARK).is_file():
            raise NotOurs(directory=directory)
        for entry in directory.iterdir():  # the folder itself stays, since it may be a mount, and so does its mark
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != MARK:
                entry.unlink()
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MARK).touch()


@contextmanager
def _site(directory: Path, port: int) -> Iterator[Site]:
    simulator = Simulator(clock=app.clock, state_file=directory / "zoom.json")
    with serve_simulator(simulator) as zoom:
        settings = Settings(
            database_url=f"sqlite:///{directory / 'traff.db'}",
            secret_key=secrets.token_urlsafe(48),
            base_url=f"http://127.0.0.1:{port}",
            mail_url=f"maildir:{directory / 'mail'}",
            mail_from="traff@example.org",
            zoom=ZoomSettings("demo", "demo", "demo", f"{zoom.url}/oauth/token", f"{zoom.url}/v2", HOSTS),
            trusted_proxies=0,
        )
        yield Site(settings, app.open_database(settings), simulator, directory)


def _fill(site: Site) -> waves.WavePlan:
    """Loads the programme, books the wave in its third and fourth week, and works off what that owes."""
    now = app.clock()
    found = next(path for path in FOLDERS if path.is_dir())
    rows = folder.read(found)
    rows = shifted(rows, weeks_to(rows, now.date()))
    with site.database.writing() as session:
        programme, report = loading.load(session, rows, now=now)
    click.echo(f"Loaded {words('en').choose(programme.name)}, shifted to start on {programme.starts_on}:")
    for line in summary(report):
        click.echo(f"  {line}")
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


def _report(site: Site, plan: waves.WavePlan) -> None:
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
    mails = sum(1 for _ in (site.directory / "mail").glob("new/*"))
    zoom = site.simulator.meetings()
    click.echo(f"\n{words('en').choose(programme.name)}, {programme.starts_on} to {programme.ends_on}")
    click.echo(f"  people           {people:>4}   {mentees} mentees and {mentors} mentors of {departments} departments")
    click.echo(f"  pairs            {pairs:>4}")
    click.echo(f"  meetings booked  {booked:>4}")
    click.echo(f"  not booked       {len(plan.unplaced):>4}")
    for line in reasons(plan):
        click.echo(f"                         {line}")
    click.echo(f"  Zoom meetings    {len(zoom):>4}   at the stand-in for Zoom, {site.directory / 'zoom.json'}")
    click.echo(f"  mails written    {mails:>4}   a mail and an invite each, in {site.directory / 'mail' / 'new'}")
    click.echo(f"  deliveries       {failed:>4} failed, {waiting} waiting")
    click.echo(f"  database                {site.directory / 'traff.db'}")


def _links(site: Site) -> None:
    """The addresses worth a visit."""
    links = app.make_links(site.settings)
    now = app.clock()
    with site.database.writing() as session:
        programme = session.scalars(select(Programme)).one()
        email = "coordinator@example.org"
        access.grant_coordinator(session, email, programme=programme, department=None)
        token = access.make_sign_in(session, email, valid=LINK_LASTS, now=now)
        seat = session.scalars(
            select(Seat).join(Seat.meeting).where(Meeting.state == MeetingState.BOOKED).order_by(Meeting.starts_at)
        ).first()
        click.echo("\nWorth a visit:")
        click.echo(f"  the programme            {links.programme(programme.slug)}")
        click.echo(f"  the desk, sign in once   {links.sign_in(token)}")
        if seat is not None:
            person = seat.person
            click.echo(f"  a door, {person.name:<16} {links.door(seat.id, seat.door_generation)}")
            click.echo(f"  a feed, {person.name:<16} {links.feed(person.id, person.feed_generation)}")
        click.echo(f"  the programme's feed     {links.programme_feed(programme.slug)}")


def _members(session: Session, role: Role) -> int:
    return _count(session, select(func.count(Membership.id)).where(Membership.role == role))


def _count(session: Session, query: object) -> int:
    return int(session.scalar(query) or 0)  # type: ignore[call-overload]
