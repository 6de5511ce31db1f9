"""What a delivery is, in words, and what helps when it does not arrive."""

from scheduler.messages import KINDS
from scheduler.models import Delivery
from scheduler.phrases import N_
from scheduler.presenters.i18n import Words
from scheduler.states import Change, Channel, DeliveryState, EventNews, ProposalState, RegistrationChange

_KINDS = {
    "SendTimesRequest": N_("Question about times"),
    "SendIntroduction": N_("Introduction"),
    "SendProposal": N_("Proposal"),
    "SendEventInvitation": N_("Invitation to an event"),
    "SendReminder": N_("Reminder before a meeting"),
    "SendEventReminder": N_("Reminder before an event"),
    "SendRefusal": N_("Proposed time refused"),
    "SendWithdrawal": N_("Withdrawal from a wrong address"),
    "SendEventRefusal": N_("Proposed time of an event refused"),
    "CreateZoomMeeting": N_("Create the Zoom meeting"),
    "UpdateZoomMeeting": N_("Move the Zoom meeting"),
    "CheckZoomMeeting": N_("Check the Zoom meeting"),
    "DeleteZoomMeeting": N_("Delete the Zoom meeting"),
    "FetchAttendance": N_("Ask Zoom who was there"),
}
_SPECIAL = {  # where the field of that name says yes
    ("SendTimesRequest", "reminder"): N_("Reminder about times"),
    ("SendEventInvitation", "reminder"): N_("Reminder of an event"),
    ("SendRefusal", "plain"): N_("Other times than the one proposed"),
}
_INVITES = {
    Change.BOOKED: N_("Invitation"),
    Change.MOVED: N_("New time"),
    Change.CHANGED: N_("Change"),
    Change.RULES: N_("Right time after new clock rules"),
    Change.ADDRESSED: N_("Invitation after a corrected address"),
    Change.REFRESHED: N_("Invitation once more"),
    Change.CANCELLED: N_("Cancellation"),
    Change.DECLINED: N_("Cancellation, since the other one declined"),
}
_REGISTRATIONS = {
    RegistrationChange.CONFIRMED: N_("Confirmation of a registration"),
    RegistrationChange.WAITLISTED: N_("Place on the waitlist"),
    RegistrationChange.PROMOTED: N_("Seat from the waitlist"),
    RegistrationChange.MOVED: N_("New time of an event"),
    RegistrationChange.CHANGED: N_("Change of an event"),
    RegistrationChange.RULES: N_("Right time of an event after new clock rules"),
    RegistrationChange.CANCELLED: N_("Cancelled registration"),
    RegistrationChange.EVENT_CANCELLED: N_("Cancelled event"),
    RegistrationChange.ADDRESSED: N_("Invitation to an event after a corrected address"),
    RegistrationChange.REFRESHED: N_("Invitation to an event once more"),
    RegistrationChange.AGAIN: N_("Receipt once more"),
}
_NEWS = {
    ProposalState.ACCEPTED: N_("Proposal accepted"),
    ProposalState.DECLINED: N_("Proposal declined"),
    ProposalState.EXPIRED: N_("Proposal expired"),
    ProposalState.WITHDRAWN: N_("Proposal withdrawn"),
    ProposalState.OPEN: N_("Proposal"),
}
_EVENT_NEWS = {
    EventNews.MOVED: N_("New time of an event, to who is invited"),
    EventNews.CANCELLED: N_("Cancelled event, to who is invited"),
}
_CURES = {  # of a mail that failed, by how its reason begins
    "perhaps sent": N_("It may have arrived: ask the person, and send it again only if nothing came."),
    "given up": N_("The mail server was out of reach for too long. Once it answers, send it again."),
    "sent back: not delivered (5.7.": N_(
        "Their mail server refuses our mails: tell whoever looks after Träff's, and reach the person otherwise."
    ),
}


def what(delivery: Delivery) -> str:
    """The English words for what is sent, to be translated."""
    said = delivery.payload
    if delivery.kind == "SendInvite":
        return _INVITES[Change(said["change"])]
    if delivery.kind == "SendRegistration":
        return _REGISTRATIONS[RegistrationChange(said["change"])]
    if delivery.kind == "SendProposalNews":
        return _NEWS[ProposalState(said["news"])]
    if delivery.kind == "SendEventNews":
        return _EVENT_NEWS[EventNews(said["news"])]
    for field in ("reminder", "plain"):
        if said.get(field) and (delivery.kind, field) in _SPECIAL:
            return _SPECIAL[delivery.kind, field]
    return _KINDS.get(delivery.kind, N_("Mail") if KINDS[delivery.kind].channel is Channel.MAIL else N_("Zoom"))


def cure(delivery: Delivery, words: Words) -> str:
    """What helps, in a sentence; empty where nothing is wrong."""
    _ = words.gettext
    if not delivery.reason or delivery.state not in {DeliveryState.FAILED, DeliveryState.WAITING}:
        return ""
    if delivery.state is DeliveryState.WAITING:
        return _("Träff tries again by itself.")
    if delivery.channel is Channel.ZOOM:
        link = _("Mend what Zoom says and send it again, or paste a link on the meeting's page.")
        by_hand = _("Mend what Zoom says and send it again, or note by hand who came.")
        return by_hand if delivery.kind == "FetchAttendance" else link
    default = _("Ask the person whether the address is right and the mailbox takes mail; then send it again.")
    return next((_(helps) for start, helps in _CURES.items() if delivery.reason.startswith(start)), default)
