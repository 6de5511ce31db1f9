"""One pair at the desk: the two, what they have booked and proposed, and the same commands that the two have."""

from typing import Any

from flask import Response, abort, url_for
from sqlalchemy.orm import Session

from scheduler.models import Meeting, Pair
from scheduler.presenters.people import times_told
from scheduler.programme import desk, truths
from scheduler.programme.access import Desk
from scheduler.web.arranging import Arranger, add_views
from scheduler.web.arranging.arranger import tell
from scheduler.web.arranging.proposing import open_proposal
from scheduler.web.desk.entry import blueprint, desk_of
from scheduler.web.site import signed_in, site


@blueprint.get("/pairs/<row:pair_id>")
def pair(slug: str, pair_id: int) -> Response:
    with site().database.reading() as db:
        who, found = _pair(db, slug, pair_id)
        booked = desk.meetings_of_pair(db, found)
        return tell(
            "desk/pair.html",
            who,
            pair=found,
            meetings=booked,
            truths=truths.of_meetings(db, booked),
            proposals=desk.proposals_of_pair(db, found),
            silent=desk.silent_of_pair(db, who.frame["desk"], found),
            times_told=times_told,
            **open_proposal(db, who, found),
        )


def _pair(db: Session, slug: str, pair_id: int) -> tuple[Arranger, Pair]:
    mine = desk_of(db, slug)
    found = desk.pair_in_reach(db, mine, pair_id) or abort(404)
    return _arranger(mine, found), found


def _meeting(db: Session, slug: str, meeting_id: int) -> tuple[Arranger, Meeting]:
    mine = desk_of(db, slug)
    found = desk.meeting_in_reach(db, mine, meeting_id) or abort(404)
    return _arranger(mine, found.pair), found


def _arranger(mine: Desk, pair: Pair) -> Arranger:
    frame: dict[str, Any] = {"desk": mine}
    back = url_for("desk.pair", slug=mine.programme.slug, pair_id=pair.id)
    zone, both = mine.programme.timezone, [pair.mentee, pair.mentor]
    return Arranger(signed_in() or "", None, zone, both, back=back, layout="desk/base.html", frame=frame)


add_views(blueprint, pair_of=_pair, meeting_of=_meeting)
