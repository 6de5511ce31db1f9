"""The steps that put a proposal to somebody, and that tell what became of one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.jobs import post
from scheduler.jobs.adapters import World
from scheduler.messages import SendProposal, SendProposalNews
from scheduler.models import Person, Proposal, ProposalAnswer
from scheduler.presenters import proposals
from scheduler.presenters.letters import Letter
from scheduler.states import ProposalState

Message = SendProposal | SendProposalNews


@dataclass(frozen=True)
class Facts:
    """The mail, and whom it goes to."""

    letter: Letter
    envelope: post.Envelope


def read(session: Session, message: SendProposal, world: World) -> Facts | None:
    """The proposal as it is put to its reader. None once it is closed: then there is nothing to answer."""
    proposal = session.get_one(Proposal, message.proposal_id)
    if proposal.state is not ProposalState.OPEN:
        return None
    query = select(ProposalAnswer).where(
        ProposalAnswer.proposal_id == proposal.id, ProposalAnswer.person_id == message.person_id
    )
    answer = session.scalars(query).one()
    told = proposals.view(proposal, answer.person)
    link = world.links.answer(answer.id, answer.generation)
    letter = proposals.request(told, link=link, agreed=message.agreed)
    return Facts(letter, _envelope(message, told, proposal.created_at, str(message.agreed or 0)))


def read_news(session: Session, message: SendProposalNews, world: World) -> Facts:
    """What became of it, with what the one who answered wrote, and the way to other times."""
    proposal = session.get_one(Proposal, message.proposal_id)
    told = proposals.view(proposal, session.get_one(Person, message.person_id))
    note = next((answer.note for answer in proposal.answers if answer.note), "")
    again = world.links.me(f"pairs/{proposal.pair_id}/propose")
    letter = proposals.news(told, message.news, note=note, again=again)
    return Facts(letter, _envelope(message, told, proposal.closed_at or proposal.created_at, "news"))


def perform(facts: Facts, world: World, *, doubt: bool) -> None:
    """Sends the mail. After a lost attempt it goes out again, as the same message: better twice than never."""
    post.send(facts.letter, facts.envelope, world)


def _envelope(message: Message, told: proposals.ProposalView, date: datetime, part: str) -> post.Envelope:
    """One thread a proposal and reader, so that what became of it stands below it."""
    thread = f"proposal-{message.proposal_id}.{{}}.{message.person_id}"
    return post.Envelope(
        recipient=told.reader.email,
        sender=told.programme,
        reply_to=told.contact,
        key=thread.format(part),
        thread=thread.format("0"),
        date=date,
    )
