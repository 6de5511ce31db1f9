"""Mails of ours that came back: the delivery counts as failed from then on, for a coordinator to see and to mend.

Anybody can write a notice that a mail came back. It is believed for its Message-ID, which only those know who had the
mail, or else for the address that it came to, which only those know who were invited. It never owes a mail.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.messages import SendInvite, SendRegistration
from scheduler.models import Delivery, Meeting, Person, Receipt
from scheduler.programme.replies import parking
from scheduler.programme.replies.arrived import Arrived, Returned
from scheduler.states import DeliveryState, Invited


def take(session: Session, receipt: Receipt, arrived: Arrived, *, now: datetime) -> bool:
    """Marks the delivery that came back, and says in the receipt which; whether there is one that had gone out."""
    if arrived.returned is None:
        return False
    delivery = _known(session, arrived.returned) or _addressed(session, arrived, arrived.returned)
    if delivery is None or not outbox.came_back(session, delivery, reason=_reason(arrived.returned), now=now):
        return False
    meeting = session.get(Meeting, delivery.meeting_id) if delivery.meeting_id else None
    receipt.method, receipt.programme_id = parking.RETURNED, delivery.programme_id
    receipt.meeting_id, receipt.event_id, receipt.person_id = delivery.meeting_id, delivery.event_id, delivery.person_id
    receipt.pair_id = meeting.pair_id if meeting else delivery.pair_id
    return True


def _known(session: Session, returned: Returned) -> Delivery | None:
    """The last delivery by the mail of that Message-ID: what is sent again is the same mail, once it has gone out."""
    if not returned.message_id:
        return None
    query = select(Delivery).where(Delivery.message_id == returned.message_id)
    return session.scalars(query.order_by(outbox.may_be_out().desc(), Delivery.id.desc()).limit(1)).first()


def _addressed(session: Session, arrived: Arrived, returned: Returned) -> Delivery | None:
    """The last invite from the address that the notice came to, to the person who did not get it."""
    if arrived.forged:
        return None
    for kind, row_id in arrived.addressed:
        query = select(Delivery).join(Person, Person.id == Delivery.person_id).where(*_invites(kind, row_id))
        query = query.where(Person.email == returned.recipient, Delivery.state == DeliveryState.DONE)
        found = session.scalars(query.order_by(Delivery.id.desc()).limit(1)).first()
        if found is not None:
            return found
    return None


def _invites(kind: Invited, row_id: int) -> tuple[ColumnElement[bool], ...]:
    if kind is Invited.MEETING:
        return Delivery.meeting_id == row_id, Delivery.kind == SendInvite.__name__
    of_it = Delivery.payload["registration_id"].as_integer() == row_id
    return Delivery.kind == SendRegistration.__name__, of_it


def _reason(returned: Returned) -> str:
    """Only the code is told, as of a mail that is refused at once: the words may hold the address."""
    return f"sent back: not delivered ({returned.status})" if returned.status else "sent back: not delivered"
