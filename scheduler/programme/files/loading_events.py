"""An event of a file, brought in by the rules that hold at the desk: no road changes an event behind people's backs."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import BadText, EventHostsTaken, Refused, SeatsTaken, StillRegistered
from scheduler.models import Event, Programme
from scheduler.phrases import Phrase
from scheduler.programme.events import events
from scheduler.programme.events.event_details import Details, columns, details_of
from scheduler.programme.files.loading_report import Report
from scheduler.programme.folder.record import Problems
from scheduler.programme.folder.rows import EventRow
from scheduler.states import EventState

# The field that stands in the way; what else a file may say was checked as it was read.
FIELDS: dict[type[Refused], str] = {
    SeatsTaken: "capacity", StillRegistered: "published", BadText: "title", EventHostsTaken: "starts",
}  # fmt: skip


def load_event(
    session: Session,
    programme: Programme,
    row: EventRow,
    problems: Problems,
    report: Report,
    *,
    by: str,
    now: datetime,
) -> None:
    """Brings the event in and reports what that did; what may not be is noted by its line and field.

    People are told of a new time, place or format, and more seats go to the waitlist.
    """
    query = select(Event).where(Event.programme_id == programme.id, Event.slug == row.slug)
    found = session.scalars(query).one_or_none()
    details = _details(row, programme, found)
    state = EventState.PUBLISHED if row.published else EventState.DRAFT
    was = _facts(found) if found else {}
    try:
        if found is None:
            events.create(session, programme, slug=row.slug, details=details, published=row.published, by=by, now=now)
            report.add_created("events", row.slug)
        elif found.state not in {state, EventState.CANCELLED} or details != details_of(found):
            _change(session, found, details, state, by=by, now=now)
    except Refused as refused:
        problems.add(row.where(FIELDS.get(type(refused), "slug")), Phrase(refused.sentence, refused.values))
    if found is not None:
        report.compare("events", row.slug, was, _facts(found))


def _facts(event: Event) -> dict[str, Any]:
    """What a file says of the event, as it stands now."""
    return {**columns(details_of(event)), "state": event.state}


def _change(session: Session, event: Event, details: Details, state: EventState, *, by: str, now: datetime) -> None:
    """What was cancelled stays so: people have been told. A file may still mend its words."""
    if event.state is EventState.CANCELLED:
        for name, value in columns(details).items():
            setattr(event, name, value)
        event.changed_at = now
        return
    events.lock(session, event)
    events.rewrite(session, event, details, by=by, now=now)
    if state is EventState.PUBLISHED:
        events.publish(session, event, by=by, now=now)
    else:
        events.withdraw(session, event, by=by, now=now)


def _details(row: EventRow, programme: Programme, found: Event | None) -> Details:
    """What the file says. Link and description are the desk's, and so is a notice that the file does not mention."""
    details = Details(
        kind=row.kind,
        title=row.title,
        audience=row.audience,
        format=row.format,
        timezone=programme.timezone,
        starts=row.starts,
        minutes=row.minutes,
        place=row.place,
        capacity=row.capacity,
        opens=row.opens,
        closes=row.closes,
        waitlist=row.waitlist,
        questions=row.questions,
        recorded=bool(row.recorded),
    )
    if found is None:
        return details
    recorded = found.recorded if row.recorded is None else row.recorded
    return replace(details, link=found.link, description=found.description, recorded=recorded)
