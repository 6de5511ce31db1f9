"""A proposal in the words of one of the two, the same on the answer page and in the mails."""

from dataclasses import dataclass

from scheduler.models import Person, Proposal, ProposalSlot
from scheduler.phrases import N_
from scheduler.presenters.i18n import Words, words
from scheduler.presenters.labels import label
from scheduler.presenters.letters import Letter, letter
from scheduler.presenters.meetings import Reader, place_facts, reader
from scheduler.states import ProposalState

NEWS = {
    ProposalState.DECLINED: N_("None of the times suits: meeting with %(name)s"),
    ProposalState.EXPIRED: N_("No answer in time: meeting with %(name)s"),
    ProposalState.WITHDRAWN: N_("Withdrawn: times for a meeting with %(name)s"),
}


@dataclass(frozen=True)
class SlotView:
    """A slot on the reader's clock, and on the partner's where that shows another."""

    id: int
    when: str
    when_for_partner: str


@dataclass(frozen=True)
class ProposalView:
    """What a reader is told of a proposal. `proposer` is empty where neither of the two made it.

    `moves` says when the meeting is that it would move; empty where it would be a new one. `again` says that earlier
    times of the same wave did not fit.
    """

    reader: Reader
    partner: str
    proposer: str
    programme: str
    contact: str
    minutes: int
    mode: str
    facts: tuple[tuple[str, str], ...]
    note: str
    slots: tuple[SlotView, ...]
    expires: str
    moves: str = ""
    again: bool = False

    @property
    def words(self) -> Words:
        return words(self.reader.locale)

    def slot(self, slot_id: int | None) -> SlotView | None:
        return next((slot for slot in self.slots if slot.id == slot_id), None)


def view(proposal: Proposal, person: Person) -> ProposalView:
    """The proposal for this one of its pair, in their language and zone of today."""
    pair, spoken, partner = proposal.pair, words(person.locale), proposal.pair.partner_of(person.id)
    return ProposalView(
        reader=reader(person),
        partner=partner.name,
        proposer=proposal.made_by.name if proposal.made_by else "",
        programme=spoken.choose(pair.programme.name),
        contact=pair.programme.contact,
        minutes=proposal.minutes,
        mode=spoken.gettext(label(proposal.mode)),
        facts=tuple(place_facts(proposal, spoken)),
        note=proposal.note,
        slots=tuple(slot_view(slot, spoken, person.timezone, partner.timezone) for slot in proposal.slots),
        expires=spoken.short_moment(proposal.expires_at, person.timezone),
        moves=_moves(proposal, spoken, person.timezone),
        again=proposal.of_wave is not None and proposal.of_wave.round > 0,
    )


def _moves(proposal: Proposal, spoken: Words, zone: str) -> str:
    if proposal.counter is None:
        return ""
    meeting = proposal.counter.meeting
    return spoken.span(meeting.starts_at, meeting.minutes, zone)


def slot_view(slot: ProposalSlot, spoken: Words, zone: str, other: str) -> SlotView:
    minutes = slot.proposal.minutes
    elsewhere = spoken.elsewhere(slot.starts_at, minutes, zone, other)
    return SlotView(slot.id, spoken.span(slot.starts_at, minutes, zone), elsewhere)


def request(proposal: ProposalView, *, link: str, agreed: int | None = None) -> Letter:
    """The mail that puts the proposal to its reader, or asks for the slot that the other has `agreed` to since."""
    spoken, slot = proposal.words, proposal.slot(agreed)
    name = proposal.proposer or proposal.partner
    if slot:
        subject = spoken.gettext("%(name)s can meet at this time: can you?", name=proposal.partner)
    elif proposal.moves:
        subject = spoken.gettext("%(name)s asks to move your meeting", name=name)
    elif proposal.proposer:
        subject = spoken.gettext("%(name)s proposes times to meet", name=name)
    elif proposal.again:
        subject = spoken.gettext("Other times to meet %(name)s", name=name)
    else:
        subject = spoken.gettext("When can you meet %(name)s?", name=name)
    return letter(subject, "proposal", spoken, {"proposal": proposal, "agreed": slot, "link": link})


def news(proposal: ProposalView, became: ProposalState, *, note: str, again: str) -> Letter:
    """The mail that tells what became of it; `note` is the answerer's, `again` leads to proposing other times."""
    subject = proposal.words.gettext(NEWS[became], name=proposal.partner)
    facts: dict[str, object] = {"proposal": proposal, "became": became, "note": note, "again": again}
    return letter(subject, "proposal_news", proposal.words, facts)
