"""What we want to exist at Zoom: a row for each meeting or event on a host, and the messages that make Zoom follow."""

import secrets
import string
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from scheduler import outbox
from scheduler.messages import CheckZoomMeeting, CreateZoomMeeting, DeleteZoomMeeting, UpdateZoomMeeting
from scheduler.models import Delivery, Event, Host, Meeting, ZoomMeeting
from scheduler.programme import audit
from scheduler.states import Action, DeliveryState, HostKind

About = Meeting | Event
Message = CreateZoomMeeting | UpdateZoomMeeting | CheckZoomMeeting | DeleteZoomMeeting

# Zoom has been seen to say "no such meeting" of one that exists, for a moment: it is believed when it says so again.
CONFIRM = timedelta(minutes=5)


def a_passcode() -> str:
    """Ten characters of each kind that an account may ask for, and no others than Zoom takes. A link holds it."""
    letters = [secrets.choice(kind) for kind in (string.ascii_lowercase, string.ascii_uppercase) for _ in range(3)]
    signs = [*(secrets.choice(string.digits) for _ in range(3)), secrets.choice("@*_-"), *letters]
    secrets.SystemRandom().shuffle(signs)
    return "".join(signs)


def which(about: About) -> dict[str, int]:
    """The column of a lease or a Zoom meeting that says which meeting or event it is of."""
    return {"event_id": about.id} if isinstance(about, Event) else {"meeting_id": about.id}


def wanted_row(session: Session, about: About) -> ZoomMeeting | None:
    """The row of the Zoom meeting that it should have, if it should have one."""
    return session.scalars(select(ZoomMeeting).filter_by(**which(about), wanted=True)).one_or_none()


def want(session: Session, about: About, host: Host, *, now: datetime) -> ZoomMeeting:
    """Lets there be a Zoom meeting of the host for it. A pasted link is there already: nothing is owed."""
    row = ZoomMeeting(**which(about), host=host, reference=secrets.token_hex(16), wanted=True, passcode=a_passcode())
    if host.kind is HostKind.LINK:
        row.join_url, row.passcode = host.join_url, host.passcode
    session.add(row)
    session.flush()
    _owe(session, CreateZoomMeeting, row, now)
    return row


def refresh(session: Session, about: About, *, now: datetime) -> None:
    """Lets Zoom follow what has changed in the meeting or event: its time, length, title, or who leads it."""
    row = wanted_row(session, about)
    if row is not None:
        _supersede(session, row, UpdateZoomMeeting, CheckZoomMeeting, now=now)
        _owe(session, UpdateZoomMeeting, row, now)


def unwant(session: Session, about: About, *, now: datetime) -> None:
    """Lets there be no Zoom meeting for it any more."""
    row = wanted_row(session, about)
    if row is None:
        return
    row.wanted = False
    if row.host.kind is HostKind.LINK:
        row.gone_at, row.join_url, row.passcode = now, "", ""
    session.flush()
    _supersede(session, row, CreateZoomMeeting, UpdateZoomMeeting, CheckZoomMeeting, now=now)
    _owe(session, DeleteZoomMeeting, row, now)


def check(session: Session, row: ZoomMeeting, *, now: datetime, due: datetime | None = None) -> None:
    """Has somebody look at Zoom, at `due` or at once, and mend what is not as it should be."""
    _supersede(session, row, UpdateZoomMeeting, CheckZoomMeeting, state=DeliveryState.FAILED, now=now)
    _owe(session, CheckZoomMeeting, row, now, due)


def make(session: Session, row: ZoomMeeting, *, now: datetime) -> None:
    """Owes anew what is wanted and not there; a try that was given up asks nobody any more."""
    _supersede(session, row, CreateZoomMeeting, state=DeliveryState.FAILED, now=now)
    _owe(session, CreateZoomMeeting, row, now)


def missing(session: Session, row: ZoomMeeting, *, now: datetime) -> None:
    """Zoom says that there is none. Asked again after a while, it is made anew, which the history tells.

    Not so one that is over, or not wanted any more.
    """
    if not row.wanted or row.about.ends_at <= now:
        return
    row.missing_since = row.missing_since or now
    confirmed = row.missing_since + CONFIRM
    if now < confirmed:
        check(session, row, now=now, due=confirmed)
        return
    row.zoom_id = row.missing_since = row.intent_at = None
    row.uuid = row.join_url = ""
    row.passcode = a_passcode()  # the old one may have signs that only Zoom itself sets
    session.flush()
    pair_id = row.meeting.pair_id if row.meeting else None
    audit.note(
        session, Action.ZOOM_MEETING_LOST, programme_id=row.programme_id, pair_id=pair_id, event_id=row.event_id,
        by=audit.TRAFF, now=now, host=row.host.email,
    )  # fmt: skip
    make(session, row, now=now)


def is_right(session: Session, row: ZoomMeeting, *, now: datetime) -> None:
    """Zoom has it as it should be: what was given up on the way there asks nobody any more."""
    kinds = CreateZoomMeeting, UpdateZoomMeeting, CheckZoomMeeting, DeleteZoomMeeting
    _supersede(session, row, *kinds, state=DeliveryState.FAILED, now=now)


def gone(session: Session, row: ZoomMeeting, *, now: datetime) -> None:
    """Nothing is left of it at Zoom."""
    is_right(session, row, now=now)
    row.gone_at, row.intent_at = now, None
    row.join_url = row.passcode = ""


def is_owed(session: Session, row: ZoomMeeting) -> bool:
    """Whether something is on its way to Zoom for it."""
    return _has(session, row, DeliveryState.WAITING)


def was_given_up(session: Session, row: ZoomMeeting) -> bool:
    """Whether something that Zoom was to do for it failed for good, and nothing has made up for it since."""
    return _has(session, row, DeliveryState.FAILED)


def _has(session: Session, row: ZoomMeeting, state: DeliveryState) -> bool:
    return bool(session.scalar(select(exists().where(Delivery.stream == _stream(row), Delivery.state == state))))


def _owe(session: Session, kind: type[Message], row: ZoomMeeting, now: datetime, due: datetime | None = None) -> None:
    if row.host.kind is HostKind.LINK:
        return
    message = kind(row.meeting_id, row.id, row.event_id)
    outbox.put(session, message, programme_id=row.programme_id, now=now, due=due)


def _supersede(
    session: Session, row: ZoomMeeting, *kinds: type[Message], now: datetime,
    state: DeliveryState = DeliveryState.WAITING,
) -> None:  # fmt: skip
    """What is owed for the row in these kinds, and in nobody's hands, need not be done: a newer message covers it."""
    names = [kind.__name__ for kind in kinds]
    session.execute(
        update(Delivery)
        .where(Delivery.stream == _stream(row), Delivery.kind.in_(names))
        .where(Delivery.state == state, Delivery.lease_until.is_(None))
        .values(state=DeliveryState.SUPERSEDED, finished_at=now)
    )


def _stream(row: ZoomMeeting) -> str:
    return CheckZoomMeeting(row.meeting_id, row.id).stream
