"""Every table: columns, constraints, relationships, and what one row says by itself; no behaviour."""

from scheduler.models.access import SignIn, WebSession
from scheduler.models.attendance import Attendance
from scheduler.models.audit import AuditEntry
from scheduler.models.deliveries import Delivery, Outage
from scheduler.models.events import Event
from scheduler.models.hosts import Host, HostDay, Lease, ZoomMeeting
from scheduler.models.meetings import Meeting, Seat
from scheduler.models.people import Availability, Membership, Pair, Person, TimesRequest
from scheduler.models.programmes import Coordinator, Department, Programme
from scheduler.models.proposals import Counter, Proposal, ProposalAnswer, ProposalSlot
from scheduler.models.receipts import Receipt
from scheduler.models.registrations import EventInvitation, Facilitator, Registration
from scheduler.models.wave_runs import WaveRun, WaveSending
from scheduler.models.waves import Wave, WaveProposal

__all__ = [
    "Attendance", "AuditEntry", "Availability", "Coordinator", "Counter", "Delivery", "Department", "Event",
    "EventInvitation", "Facilitator", "Host", "HostDay", "Lease", "Meeting", "Membership", "Outage", "Pair", "Person",
    "Programme", "Proposal", "ProposalAnswer", "ProposalSlot", "Receipt", "Registration", "Seat", "SignIn",
    "TimesRequest", "Wave", "WaveProposal", "WaveRun", "WaveSending", "WebSession", "ZoomMeeting",
]  # fmt: skip
