"""Every table: columns, constraints and relationships, without behaviour."""

from scheduler.models.access import SignIn, WebSession
from scheduler.models.deliveries import Delivery
from scheduler.models.events import Event
from scheduler.models.hosts import Host, Lease, ZoomMeeting
from scheduler.models.meetings import Meeting, Seat
from scheduler.models.people import Availability, Membership, Pair, Person
from scheduler.models.programmes import Coordinator, Department, Programme

__all__ = [
    "Availability", "Coordinator", "Delivery", "Department", "Event", "Host", "Lease", "Meeting", "Membership",
    "Pair", "Person", "Programme", "Seat", "SignIn", "WebSession", "ZoomMeeting",
]  # fmt: skip
