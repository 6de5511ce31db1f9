"""The coordinators' desk: a page's views a file, all of them on one blueprint behind one door."""

from scheduler.web.desk import (  # noqa: F401 - they add their views to the blueprint
    calendars,
    deliveries,
    event_invitations,
    events,
    facilitators,
    history,
    imports,
    incoming,
    pair,
    pairs,
    people,
    pool,
    registrations,
    settings,
    start,
    turnout,
    wave_runs,
    waves,
)
from scheduler.web.desk.entry import blueprint

__all__ = ["blueprint"]
