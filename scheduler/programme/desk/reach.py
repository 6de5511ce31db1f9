"""What is in reach of a desk: the one place that says which pairs, people and rows about them a coordinator sees."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from scheduler.models import Meeting, Membership, Pair, Person
from scheduler.programme.access import Desk
from scheduler.states import Role

Column = InstrumentedAttribute[int | None] | ColumnElement[Any]


def of_pair(desk: Desk) -> ColumnElement[bool]:
    """A pair is in reach of its programme's coordinators and of those of either one's department."""
    of_programme = Pair.programme_id == desk.programme.id
    if desk.departments is None:
        return of_programme
    member = aliased(Membership)
    belongs = (
        select(member.id)
        .where(member.programme_id == desk.programme.id)
        .where(member.department_id.in_([department.id for department in desk.departments]))
        .where(
            or_(
                and_(member.role == Role.MENTOR, member.person_id == Pair.mentor_id),
                and_(member.role == Role.MENTEE, member.person_id == Pair.mentee_id),
            )
        )
        .correlate(Pair)
    )
    return of_programme & belongs.exists()


def of_membership(desk: Desk) -> ColumnElement[bool]:
    """A person's role is in reach of its programme's coordinators and of those of its department."""
    of_programme = Membership.programme_id == desk.programme.id
    if desk.departments is None:
        return of_programme
    return of_programme & Membership.department_id.in_([department.id for department in desk.departments])


def people(desk: Desk) -> ColumnElement[Any]:
    """The ids of the people with such a role, as a subquery."""
    return select(Membership.person_id).where(of_membership(desk)).scalar_subquery()


def of_row(desk: Desk, *, meeting: Column | None, pair: Column, person: Column) -> ColumnElement[bool]:
    """A row about a meeting or a pair is in reach with the pair; one about a person alone with the person.

    What is about none of them is the whole programme's: only its coordinators see it. The row's programme is not
    looked at here.
    """
    pairs = select(Pair.id).where(of_pair(desk))
    by_pair = (pair.is_not(None), pair.in_(pairs))
    by_person = (person.is_not(None), person.in_(people(desk)))
    if meeting is None:
        return case(by_pair, by_person, else_=False)
    meetings = select(Meeting.id).join(Meeting.pair).where(of_pair(desk))
    return case((meeting.is_not(None), meeting.in_(meetings)), by_pair, by_person, else_=False)


def pairs_in_reach(session: Session, desk: Desk) -> Sequence[Pair]:
    """The desk's pairs with their people, in a fixed order."""
    query = select(Pair).where(of_pair(desk)).order_by(Pair.id)
    return session.scalars(query.options(joinedload(Pair.mentor), joinedload(Pair.mentee))).all()


def pair_in_reach(session: Session, desk: Desk, pair_id: int) -> Pair | None:
    """The pair, if it is one of this desk's."""
    return session.scalars(select(Pair).where(Pair.id == pair_id, of_pair(desk))).one_or_none()


def meeting_in_reach(session: Session, desk: Desk, meeting_id: int) -> Meeting | None:
    """The meeting, if it is one of this desk's pairs'."""
    query = select(Meeting).join(Meeting.pair).where(Meeting.id == meeting_id, of_pair(desk))
    return session.scalars(query).one_or_none()


def person_in_reach(session: Session, desk: Desk, person_id: int) -> Person | None:
    """The person, if they have a role that this desk sees to."""
    query = select(Person).where(Person.id == person_id, Person.id.in_(people(desk)))
    return session.scalars(query).one_or_none()
