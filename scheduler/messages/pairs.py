"""What we owe the two of a pair: the introduction, proposals, invites to meetings and what is answered to calendars."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.messages.base import BaseMessage
from scheduler.messages.versions import MeetingVersion
from scheduler.states import Change, Method, ProposalState


@dataclass(frozen=True)
class SendIntroduction(BaseMessage):
    """Tells one of a pair who the other is, and what happens next."""

    pair_id: int
    person_id: int

    @property
    def stream(self) -> str:
        return f"mail/pair/{self.pair_id}/{self.person_id}"


@dataclass(frozen=True)
class SendProposal(BaseMessage):
    """Puts a proposal to one of those who are asked; `agreed` is the slot that the other one has agreed to since."""

    proposal_id: int
    pair_id: int
    person_id: int
    agreed: int | None = None

    @property
    def stream(self) -> str:
        return f"mail/proposal/{self.proposal_id}/{self.person_id}"


@dataclass(frozen=True)
class SendProposalNews(BaseMessage):
    """Tells somebody that a proposal came to nothing: declined, expired or withdrawn."""

    proposal_id: int
    pair_id: int
    person_id: int
    news: ProposalState

    @property
    def stream(self) -> str:
        return f"mail/proposal/{self.proposal_id}/{self.person_id}"


@dataclass(frozen=True)
class SendInvite(BaseMessage):
    """One attendee's mail for one version of a meeting. An unsent REQUEST gives way to a newer one; a CANCEL never.

    `change` is what made the version, `was` the start before a move and `was_minutes` the length.
    """

    meeting_id: int
    person_id: int
    change: Change
    version: MeetingVersion
    was: datetime | None = None
    was_minutes: int = 0

    @property
    def method(self) -> Method:
        return Method.CANCEL if self.change in {Change.CANCELLED, Change.DECLINED} else Method.REQUEST

    @property
    def stream(self) -> str:
        return f"mail/meeting/{self.meeting_id}/{self.person_id}"

    @property
    def replaces_unsent(self) -> bool:
        return self.method is Method.REQUEST


@dataclass(frozen=True)
class SendRefusal(BaseMessage):
    """Tells one of a pair that the time which their calendar proposed does not suit, and that the meeting stands.

    Without `plain` it says so to the calendar, by DECLINECOUNTER, which few understand; the plain mail names `starts`
    that suit both. `at` is when it was refused, and `version` what stands.
    """

    meeting_id: int
    person_id: int
    plain: bool
    at: datetime
    version: MeetingVersion
    starts: tuple[datetime, ...] = ()

    @property
    def stream(self) -> str:
        return f"mail/meeting/{self.meeting_id}/{self.person_id}"

    @property
    def void_from(self) -> datetime:
        return self.version.starts_at
