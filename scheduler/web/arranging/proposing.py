"""The page that proposes times, and the one that notes a meeting that took place otherwise."""

from datetime import datetime
from typing import Any

from flask import Response, flash, request
from sqlalchemy.orm import Session

from scheduler.errors import BadLength, NoSuchTime, Refused
from scheduler.models import Pair, Proposal
from scheduler.programme.pairs import meetings, proposals
from scheduler.slots import zones
from scheduler.states import Mode
from scheduler.web.arranging.arranger import Arranger, tell
from scheduler.web.arranging.hows import asked_minutes, asked_mode, outline, typed_fields, written_how
from scheduler.web.choosing import choice, chosen_starts, days
from scheduler.web.site import site, visitor_words


def propose_page(db: Session, who: Arranger, pair: Pair, refused: Refused | None = None) -> Response:
    mode, minutes, bad = asked_mode(), _minutes(pair), None
    try:
        asked_minutes(minutes)
    except BadLength as length:
        bad = length
    times = choice(
        db,
        pair,
        minutes=minutes,
        how=outline(mode),
        spoken=visitor_words(),
        zone=who.zone,
        others=who.others,
        now=site().clock(),
    )
    return tell(
        "arranging/propose.html",
        who,
        refused or bad,
        pair=pair,
        choice=times,
        mode=mode,
        modes=list(Mode),
        minutes=minutes,
        typed=typed_fields(),
        note=request.form.get("note", ""),
        silent=[person for person in (pair.mentee, pair.mentor) if not _has_hours(person.availability)],
        **open_proposal(db, who, pair),
    )


def propose(db: Session, who: Arranger, pair: Pair) -> str:
    """Sends the proposal; where to go on."""
    proposals.propose(
        db,
        pair,
        starts=chosen_starts(),
        minutes=asked_minutes(pair.programme.meeting_minutes),
        how=written_how(asked_mode()),
        note=request.form.get("note", ""),
        made_by=who.person,
        by=who.by,
        now=site().clock(),
        **days(pair, site().clock()),
    )
    _ = visitor_words().gettext
    names = [person.name for person in who.asked(pair)]
    if len(names) == 1:
        flash(_("Sent. %(name)s answers by mail, and you both hear what came of it.", name=names[0]))
    else:
        flash(_("Sent to both. The meeting is booked when both agree to the same time."))
    return who.back


def withdraw(db: Session, who: Arranger, pair: Pair) -> str:
    """Takes the pair's open proposal back, if there is one; where to go on."""
    found = proposals.open_of(db, [pair]).get(pair.id)
    if found is not None and may_withdraw(who, found):
        proposals.withdraw(db, found, by=who.by, now=site().clock())
        flash(visitor_words().gettext("The proposal is withdrawn."))
    return who.back


def open_proposal(db: Session, who: Arranger, pair: Pair) -> dict[str, Any]:
    """What a page says of the pair's open proposal: whose it is, and how it is answered or taken back."""
    found = proposals.open_of(db, [pair]).get(pair.id)
    own = who.person.id if who.person else None
    mine = [answer for answer in (found.answers if found else []) if answer.person_id == own]
    link = site().links.answer(mine[0].id, mine[0].generation) if mine else ""
    return {"open": found, "answer": link, "may_withdraw": found is not None and may_withdraw(who, found)}


def may_withdraw(who: Arranger, proposal: Proposal) -> bool:
    """Whoever made it, or a coordinator."""
    return who.person is None or proposal.made_by_id == who.person.id


def log_page(db: Session, who: Arranger, pair: Pair, refused: Refused | None = None) -> Response:
    return tell(
        "arranging/log.html",
        who,
        refused,
        pair=pair,
        mode=asked_mode(),
        modes=list(Mode),
        minutes=request.form.get("minutes", str(pair.programme.meeting_minutes)),
        starts=request.form.get("starts", ""),
        typed=typed_fields(),
        **open_proposal(db, who, pair),
    )


def log(db: Session, who: Arranger, pair: Pair) -> str:
    """Notes the meeting; where to go on."""
    meetings.log_held(
        db,
        pair,
        starts_at=_wall(request.form.get("starts", ""), who.zone),
        minutes=asked_minutes(pair.programme.meeting_minutes),
        how=written_how(asked_mode()),
        by=who.by,
        now=site().clock(),
    )
    flash(visitor_words().gettext("Noted: you have met."))
    return who.back


def _minutes(pair: Pair) -> int:
    try:
        return asked_minutes(pair.programme.meeting_minutes)
    except BadLength:
        return pair.programme.meeting_minutes


def _wall(text: str, zone: str) -> datetime:
    """The instant at which the wall in the zone shows this date and time; the first, where it does so twice."""
    try:
        found = zones.wall_to_instants(datetime.strptime(text, "%Y-%m-%dT%H:%M"), zone)  # noqa: DTZ007 - a wall's
    except (ValueError, OverflowError):
        raise NoSuchTime from None
    if not found:
        raise NoSuchTime
    return found[0]


def _has_hours(availability: object) -> bool:
    return bool(getattr(availability, "weekly", None) or getattr(availability, "overrides", None))
