"""Mails that come in, as the core takes them: which rows of ours each is addressed to, and its key."""

import hashlib
import json
from collections.abc import Sequence

from integrations.ical import imip
from integrations.ical.read import Answer
from integrations.mail import bounce
from scheduler.presenters.organizers import Organizers
from scheduler.programme.replies.arrived import Arrived, Returned
from scheduler.states import Invited, Parked

LARGEST = imip.LARGEST  # octets; of a larger mail nothing is read but its head
MOST_ADDRESSES = 5
PREFIX = "mail/"


def read(
    mail: bytes, organizers: Organizers, *, recipients: Sequence[str] = (), size: int | None = None
) -> list[Arrived]:
    """The answers in a mail, or one that says why there is none. Nothing in a mail makes this raise.

    `recipients` are those that the envelope names, where that is known; its headers are looked at too. `size` is the
    whole mail's in octets, where `mail` is only its beginning.
    """
    incoming = imip.read(mail, size=size)
    named = [address.strip().lower() for address in recipients] + list(incoming.recipients)
    known = (organizers.read(address) for address in dict.fromkeys(named))
    addressed = tuple(dict.fromkeys(row for row in known if row is not None))[:MOST_ADDRESSES]
    envelope = (incoming.message_id or _digest(mail), incoming.sender, addressed)
    if not incoming.answers:
        trouble = Parked(incoming.trouble.value) if incoming.trouble else Parked.NO_ANSWER
        returned = _returned(mail) if trouble in {Parked.NO_ANSWER, Parked.AUTOMATIC} else None
        key = _key(envelope, returned or trouble)
        return [Arrived(key, addressed, incoming.sender, incoming.forged, trouble=trouble, returned=returned)]
    return [_arrived(incoming, addressed, envelope, answer) for answer in incoming.answers]


def _arrived(
    incoming: imip.Incoming, addressed: tuple[tuple[Invited, int], ...], envelope: object, answer: Answer
) -> Arrived:
    return Arrived(
        key=_key(envelope, answer),
        addressed=addressed,
        sender=incoming.sender,
        forged=incoming.forged,
        vouched=incoming.vouched,
        method=answer.method,
        uid=answer.uid,
        attendee=answer.attendee,
        partstat=answer.partstat,
        sequence=answer.sequence,
        stamp=answer.dtstamp,
        comment=answer.comment,
        one_of_series=answer.recurrence_id is not None,
        starts_at=answer.starts_at,
        ends_at=answer.ends_at,
    )


def _returned(mail: bytes) -> Returned | None:
    found = bounce.read(mail)
    return Returned(found.message_id, found.recipient, found.status) if found else None


def _key(envelope: object, said: object) -> str:
    """The same for every copy, whichever road it came by. All that decides what becomes of it is part of the key.

    Otherwise a forgery with another's Message-ID could come first, and the true one be taken for its copy.
    """
    return PREFIX + hashlib.sha256(json.dumps([repr(envelope), repr(said)]).encode()).hexdigest()


def _digest(mail: bytes) -> str:
    """What tells a mail without a Message-ID from others: its body, however lines end on the way."""
    _, _, body = mail.replace(b"\r\n", b"\n").partition(b"\n\n")
    return hashlib.sha256(body.rstrip(b"\n")).hexdigest()
