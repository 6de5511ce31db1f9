"""The people, pairs and events that rows of a page name by their ids, each kind asked for at once."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from scheduler.models import Event, Pair, Person

Ids = Iterable[int | None]  # None: the row names none


def people(session: Session, ids: Ids) -> dict[int | None, Person]:
    return {row.id: row for row in session.scalars(select(Person).where(Person.id.in_({*ids} - {None})))}


def pairs(session: Session, ids: Ids) -> dict[int | None, Pair]:
    """With their people."""
    query = select(Pair).where(Pair.id.in_({*ids} - {None}))
    return {row.id: row for row in session.scalars(query.options(joinedload(Pair.mentor), joinedload(Pair.mentee)))}


def events(session: Session, ids: Ids) -> dict[int | None, Event]:
    return {row.id: row for row in session.scalars(select(Event).where(Event.id.in_({*ids} - {None})))}
