"""One answer as a mail brought it, and which of our rows it is about."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.models import Meeting, Registration
from scheduler.programme.replies.partstats import Invite
from scheduler.states import Invited, Parked

Row = Meeting | Registration  # what a uid belongs to


@dataclass(frozen=True)
class Returned:
    """A mail of ours that came back, as the notice says: its Message-ID, who did not get it, and RFC 3463's code.

    Each is empty where the notice does not say.
    """

    message_id: str
    recipient: str
    status: str


@dataclass(frozen=True)
class Arrived:
    """What the mail says, and nothing here is more than that. Addresses are in lower case, times aware.

    `key` is the same for every copy of it. `addressed` are the rows of ours whose addresses it came to, `sender` the
    one address in From. `forged` says that our mail server found the sender to be somebody else, `vouched` that it
    found them to be who they say. `trouble` says why there is no answer in it; then what follows is empty, but for
    `returned` where it tells that a mail could not be delivered.
    """

    key: str
    addressed: tuple[tuple[Invited, int], ...]
    sender: str
    forged: bool = False
    vouched: bool = False
    trouble: Parked | None = None
    method: str = ""
    uid: str = ""
    attendee: str = ""
    partstat: str = ""
    sequence: int = 0
    stamp: datetime | None = None
    comment: str = ""
    one_of_series: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    returned: Returned | None = None


@dataclass(frozen=True)
class Match:
    """`about` is what the answer is about, as far as that can be told; `row` the same only if address and uid agree.

    `at_ours` says whether it came to an address of ours at all, `invite` whose answer it would be.
    """

    about: Row | None
    row: Row | None
    at_ours: bool
    invite: Invite | None


def match(session: Session, arrived: Arrived) -> Match:
    """By the address, then by the uid, then by who answers; ORGANIZER, which many leave out, is not asked."""
    rows = [row for kind, row_id in arrived.addressed if (row := _row(session, kind, row_id)) is not None]
    row = next((each for each in rows if each.uid == arrived.uid), None)
    about = row or next(iter(rows), None) or _of_uid(session, arrived.uid)
    return Match(about, row, bool(rows), _invite(row, arrived) if row else None)


def _row(session: Session, kind: Invited, row_id: int) -> Row | None:
    if kind is Invited.MEETING:
        return session.get(Meeting, row_id)
    return session.get(Registration, row_id)


def _of_uid(session: Session, uid: str) -> Row | None:
    """What the uid belongs to, for those who look after it: it is as hard to guess as the address."""
    meeting = session.scalars(select(Meeting).where(Meeting.uid == uid)).one_or_none()
    return meeting or session.scalars(select(Registration).where(Registration.uid == uid)).one_or_none()


def _invite(row: Row, arrived: Arrived) -> Invite | None:
    """The invite of whoever it answers for; of a calendar that knows them by an alias, the sender's who is vouched for.

    A place on the waitlist is no invite.
    """
    names = [arrived.attendee, *([arrived.sender] if arrived.vouched else [])]
    invites: list[Invite] = list(row.seats) if isinstance(row, Meeting) else [row] if row.invited else []
    of_each = {invite.person.email: invite for invite in invites}
    return next((of_each[name] for name in names if name in of_each), None)
