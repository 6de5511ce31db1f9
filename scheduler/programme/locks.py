"""What a command locks, and in which order, so that no two transactions ever wait for each other in a ring.

The order for everybody: the programme, the event, pairs, their open proposals, people, hosts; of each kind by id. Rows
that only refer to a locked one can be written meanwhile (FOR NO KEY UPDATE): mails that are owed, answers, receipts.
SQLite lets one transaction write at a time, so that there nobody waits here.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Event, Pair, Person, Programme, Proposal
from scheduler.states import ProposalState


def take_programme(session: Session, programme: Programme) -> None:
    """Keeps others from doing at once, in this programme, what must be done once: asking, introducing, searching."""
    session.execute(select(Programme.id).where(Programme.id == programme.id).with_for_update(key_share=True))


def take_event(session: Session, event: Event) -> None:
    """Takes the event for this transaction, as it is now; what the transaction has changed of it is kept.

    Two answers that come at once have each written a receipt that refers to it: with a stronger lock they would wait
    for each other.
    """
    session.flush()
    session.refresh(event, with_for_update={"key_share": True})


def take_for_booking(session: Session, pairs: Collection[Pair]) -> None:
    """Takes all that booking for these pairs takes, but the hosts: for several bookings in one transaction."""
    take_pairs(session, pairs)
    take_open_proposals(session, pairs)
    take_people(session, {person for pair in pairs for person in (pair.mentor_id, pair.mentee_id)})


def take_pairs(session: Session, pairs: Collection[Pair]) -> None:
    """One proposal or answer of a pair at a time."""
    query = select(Pair.id).where(Pair.id.in_([pair.id for pair in pairs])).order_by(Pair.id)
    session.execute(query.with_for_update(key_share=True)).all()


def take_open_proposals(session: Session, pairs: Collection[Pair]) -> Sequence[Proposal]:
    """The open proposals of these pairs, as they are now; before the people, as an answer to one does."""
    query = select(Proposal).where(Proposal.pair_id.in_([pair.id for pair in pairs]))
    query = query.where(Proposal.state == ProposalState.OPEN).order_by(Proposal.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def take_people(session: Session, ids: Collection[int]) -> None:
    """One booking at a time for each of these people."""
    query = select(Person.id).where(Person.id.in_(ids)).order_by(Person.id)
    session.execute(query.with_for_update(key_share=True)).all()
