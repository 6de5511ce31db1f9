"""Answering a proposal by the link of its mail. GET shows, POST answers; no account, no cookie."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import ProposalClosed, Refused
from scheduler.models import ProposalAnswer
from scheduler.presenters import proposals as words_of
from scheduler.presenters.i18n import words
from scheduler.programme.pairs import answers, modes, proposals
from scheduler.programme.waves import next_times
from scheduler.states import ProposalState
from scheduler.web.choosing import choice, chosen_starts, days, status_of
from scheduler.web.site import page, site

blueprint = Blueprint("answers", __name__)


@blueprint.get("/a/<token>")
def show(token: str) -> Response:
    with site().database.reading() as db:
        return _page(db, _answer(db, token), token)


@blueprint.post("/a/<token>")
def accept(token: str) -> AnyResponse:
    slot_id = request.form.get("slot", 0, type=int)
    return _do(token, _page, lambda db, answer: answers.accept(db, answer, slot_id, now=site().clock()))


@blueprint.post("/a/<token>/none")
def decline(token: str) -> AnyResponse:
    note = request.form.get("note", "")
    return _do(token, _page, lambda db, answer: answers.decline(db, answer, note=note, now=site().clock()))


@blueprint.get("/a/<token>/other")
def other(token: str) -> Response:
    with site().database.reading() as db:
        return _other_page(db, _answer(db, token), token)


@blueprint.post("/a/<token>/other")
def counter(token: str) -> AnyResponse:
    def propose(db: Session, answer: ProposalAnswer) -> object:
        span, note, now = days(answer.proposal.pair, site().clock()), request.form.get("note", ""), site().clock()
        return answers.counter(db, answer, starts=chosen_starts(), note=note, now=now, **span)

    return _do(token, _other_page, propose)


def _do(
    token: str, page_of: Callable[..., Response], command: Callable[[Session, ProposalAnswer], object]
) -> AnyResponse:
    """Answers, and shows what came of it; or the page again, as it is now, with why not."""
    try:
        with site().database.writing() as db:
            command(db, _answer(db, token))
    except Refused as refused:
        with site().database.reading() as db:
            return page_of(db, _answer(db, token), token, refused)
    return redirect(url_for("answers.show", token=token), 303)


def _answer(db: Session, token: str) -> ProposalAnswer:
    found = site().links.read("answer", token) or abort(404)
    return answers.answer_of(db, *found) or abort(404)


def _is_open(db: Session, answer: ProposalAnswer) -> bool:
    proposal = answer.proposal
    return proposal.state is ProposalState.OPEN and not proposals.is_spent(db, proposal, now=site().clock())


def _page(db: Session, answer: ProposalAnswer, token: str, refused: Refused | None = None) -> Response:
    if not _is_open(db, answer):
        return _closed_page(db, answer, refused)
    left = {slot.id for slot in answers.left(db, answer.proposal, now=site().clock())}
    partners = next((each for each in answer.proposal.answers if each.person_id != answer.person_id), None)
    return _tell("answers/open.html", answer, refused, token=token, left=left, partners=partners)


def _other_page(db: Session, answer: ProposalAnswer, token: str, refused: Refused | None = None) -> Response:
    if not _is_open(db, answer):
        return _closed_page(db, answer, refused)
    pair, person, proposal = answer.proposal.pair, answer.person, answer.proposal
    times = choice(
        db,
        pair,
        minutes=proposal.minutes,
        how=modes.how_of(proposal),
        spoken=words(person.locale),
        zone=person.timezone,
        others=[pair.partner_of(person.id)],
        now=site().clock(),
        but=answers.moves(proposal),
        without={slot.starts_at for slot in proposal.slots},
    )
    return _tell("answers/other.html", answer, refused, token=token, choice=times)


def _closed_page(db: Session, answer: ProposalAnswer, refused: Refused | None) -> Response:
    """What became of the proposal; with the door of the meeting where it became one."""
    meeting = answer.proposal.meeting
    seats = meeting.seats if meeting else []
    door = next((site().links.door(seat.id, seat.door_generation) for seat in seats
                 if seat.person_id == answer.person_id), "")  # fmt: skip
    after = answers.next_of(db, answer, now=site().clock())
    return _tell(
        "answers/closed.html",
        answer,
        refused,
        door=door,
        meeting=meeting,
        next_link=site().links.answer(after.id, after.generation) if after else "",
        nothing_left=next_times.nothing_left(db, answer.proposal),
    )


def _tell(template: str, answer: ProposalAnswer, refused: Refused | None, **facts: Any) -> Response:
    """A page in the language of whoever is asked; the status says what was wrong, if anything was."""
    spoken = words(answer.person.locale)
    told = words_of.view(answer.proposal, answer.person)
    return page(
        template,
        status_of(refused),
        speaking=spoken,
        answer=answer,
        proposal=told,
        problem=spoken.refusal(refused) if refused and not isinstance(refused, ProposalClosed) else "",
        late=isinstance(refused, ProposalClosed),
        typed=request.form.get("note", ""),
        again=site().links.me(f"pairs/{answer.proposal.pair_id}/propose"),
        home=site().links.me(),
        **facts,
    )
