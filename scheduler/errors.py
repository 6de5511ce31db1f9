"""The domain's ways to say no. Each is one sentence that names the matter and the cure, and can be translated."""

from collections.abc import Sequence
from typing import ClassVar

from scheduler.phrases import N_, Phrase


class Refused(Exception):
    """A request that cannot be granted. `sentence` is the English source; `values` fill its %(names)s."""

    sentence: ClassVar[str] = N_("That is not possible.")

    def __init__(self, **values: object) -> None:
        super().__init__(self.sentence % values)
        self.values = values


class SlotTaken(Refused):
    sentence = N_("One of the two is already in a meeting at that time; choose another time.")


class NoHostFree(Refused):
    sentence = N_("No Zoom host is free at that time; choose another time, or meet without video.")


class HostsTaken(NoHostFree):
    """The same, with the `Moment` from which one is free for that long."""

    sentence = N_(
        "No Zoom host is free at that time; the next time at which one is: %(next)s. "
        "Choose another time, or meet without video."
    )


class EventHostsTaken(HostsTaken):
    sentence = N_(
        "No Zoom host is free at that time; the next time at which one is: %(next)s. "
        "Choose another time, or paste a link to a meeting."
    )


class NotOpen(Refused):
    sentence = N_("That time does not suit both of them; choose one of those that do.")


class SlotGone(SlotTaken):
    sentence = N_("That time is not free any more; choose one of those that are.")


class NoSuchTime(Refused):
    sentence = N_("Write the date and the time at which the meeting began; that one does not exist there.")


class BadChoice(Refused):
    sentence = N_("Choose from one to five different times.")


class BadEmail(Refused):
    sentence = N_("This is no e-mail address; write one such as anna@example.org.")


class EmailTaken(Refused):
    sentence = N_("Somebody else is known by that address already.")


class KnownElsewhere(Refused):
    sentence = N_("This person belongs to another programme, too, so their address is not changed here.")


class BadNote(Refused):
    sentence = N_("Note: at most 1000 characters of plain text.")


class ProposalClosed(Refused):
    """An answer that comes too late; the kinds of it say what became of the proposal."""

    sentence = N_("This proposal is closed, so it cannot be answered.")


class ProposalAgreed(ProposalClosed):
    sentence = N_("A time has been agreed already: the meeting is booked.")


class ProposalDeclined(ProposalClosed):
    sentence = N_("This proposal has been answered already: none of its times suited.")


class ProposalExpired(ProposalClosed):
    sentence = N_("This proposal has expired; propose new times.")


class ProposalWithdrawn(ProposalClosed):
    sentence = N_("This proposal has been withdrawn, so it cannot be answered.")


class MeetingClosed(Refused):
    sentence = N_("This meeting is no longer booked, so it cannot be changed; book a new one.")


class InviteOver(Refused):
    sentence = N_("This is cancelled or has begun, so the invitation cannot be answered any more.")


class InviteChanged(Refused):
    sentence = N_("What you are invited to has changed meanwhile, so nothing was answered; this is how it is now.")


class NotYetHeld(Refused):
    sentence = N_("A meeting can be logged as held once it has begun; this one has not.")


class InThePast(Refused):
    sentence = N_("That time has passed; choose one that is still to come.")


class InABlackout(Refused):
    sentence = N_("The programme has no pair meetings on %(date)s; choose another day.")


class BadLength(Refused):
    sentence = N_("A meeting lasts from 5 to 480 minutes, not %(minutes)s.")


class PlaceMissing(Refused):
    sentence = N_("Place: say where you meet, such as a building and room.")


class MeetingPointMissing(Refused):
    sentence = N_("Meeting point: say where the walk starts.")


class PhoneMissing(Refused):
    sentence = N_("Phone: give the number to call.")


class BadLink(Refused):
    sentence = N_("Link: paste the whole address of the video meeting, from https:// on.")


class BadText(Refused):
    sentence = N_("%(field)s: at most %(longest)s characters, on one line.")


class UnknownTimezone(Refused):
    sentence = N_("Time zone: there is no “%(name)s”; choose one from the list, such as Europe/Stockholm.")


class BadHours(Refused):
    sentence = N_("“%(text)s” is not understood; write hours as 9-12, 13:30-16.")


class EndsWhereItStarts(Refused):
    sentence = N_("“%(text)s” ends where it starts; for a whole day write 0-24.")


class TooManyHours(Refused):
    sentence = N_("At most %(most)s periods in the week and on single dates, and %(dates)s dates; leave some out.")


class NoHours(Refused):
    sentence = N_("No hours are given; choose at least one period when you can meet.")


class BadDate(Refused):
    sentence = N_("“%(text)s” is not a date from today to three years ahead; write it as 2026-12-24.")


class DateMissing(Refused):
    sentence = N_("Say which day these hours are for, as 2026-12-24.")


class EndsBeforeItStarts(Refused):
    sentence = N_("The last day lies before the first; change one of them.")


class BadComfort(Refused):
    sentence = N_("Choose for each part of the day how well it suits you.")


class RegistrationClosed(Refused):
    sentence = N_("Registration for this event is closed; write to its organisers if you would still like to come.")


class RegistrationNotOpen(RegistrationClosed):
    sentence = N_("Registration for this event opens %(opens)s (%(zone)s); come back then.")


class EventCancelled(RegistrationClosed):
    sentence = N_("This event is cancelled, so nobody can register; see what else the programme offers.")


class EventFull(Refused):
    sentence = N_("All seats of this event are taken, and it has no waitlist; see what else the programme offers.")


class EventOver(Refused):
    sentence = N_("This event is over, so a place at it cannot be given up any more.")


class OnlyForMembers(Refused):
    sentence = N_("E-mail: this event is for the programme's own people; register with the address it knows you by.")


class OnlyForMentees(OnlyForMembers):
    sentence = N_("E-mail: this event is for the programme's mentees; register with the address it knows you by.")


class OnlyForMentors(OnlyForMembers):
    sentence = N_("E-mail: this event is for the programme's mentors; register with the address it knows you by.")


class ConsentMissing(Refused):
    sentence = N_("Consent: tick the box, since without your name and address we can keep no place for you.")


class AnswerMissing(Refused):
    sentence = N_("“%(question)s”: write an answer; the organisers need it.")


class BadAnswer(Refused):
    sentence = N_("“%(question)s”: at most %(longest)s characters, on one line.")


class TooManyRegistrations(Refused):
    sentence = N_("Far more registrations come in than usual, so none is taken just now; try again in an hour.")


class ImportChanged(Refused):
    sentence = N_("Things have changed since you looked, so nothing was loaded; look at what would be done now.")


class NoFile(Refused):
    sentence = N_("Files: choose at least one.")


class SearchUnderWay(Refused):
    sentence = N_("A search for a wave is under way already; wait for it, or stop it first.")


class PlanIsOld(Refused):
    sentence = N_("This plan has grown old; look at a new one and send that.")


class OnItsWay(Refused):
    sentence = N_("It is already on its way; wait until it has arrived or failed.")


class Outdated(Refused):
    sentence = N_("That cannot be sent again: a newer one says something else, or it no longer applies.")


class BadFolder(Refused):
    """A programme folder with mistakes; `problems` tells each, by file, line and column."""

    sentence = N_("Nothing was loaded. %(problems)s")

    def __init__(self, problems: Sequence[Phrase]) -> None:
        super().__init__(problems="\n".join(map(str, problems)))
        self.problems = problems


class BadSetting(Refused):
    sentence = N_("%(name)s %(why)s.")


class UnknownName(Refused):
    sentence = N_("There is no %(what)s %(name)s.")


class UnknownLocale(Refused):
    sentence = N_("Language: choose one from the list.")


class LinkSpent(Refused):
    sentence = N_("This sign-in link has been used or has expired; ask for a new one.")


class EventClosed(Refused):
    sentence = N_("This event is cancelled, so it cannot be changed; create a new one.")


class EventHeld(Refused):
    sentence = N_("This event has taken place, so it cannot be cancelled.")


class EventNotPublished(Refused):
    sentence = N_("Nobody knows of this event yet; publish it first.")


class SeatsTaken(Refused):
    sentence = N_(
        "Seats: %(confirmed)s people are confirmed, so %(capacity)s are too few; "
        "write at least %(confirmed)s, or cancel registrations first."
    )


class StillRegistered(Refused):
    sentence = N_(
        "%(people)s people are registered, so this event cannot become a draft again; "
        "cancel it at the desk, and they are told."
    )


class SkippedTime(Refused):
    sentence = N_("%(field)s: in %(zone)s there is no %(time)s, since the clocks go forward then; write another time.")


class BadYear(Refused):
    sentence = N_("%(field)s: write a year from %(first)s to %(last)s.")


class OpensTooLate(Refused):
    sentence = N_("Registration opens: that is not before it closes; write an earlier time.")


class TitleMissing(Refused):
    sentence = N_("Title: write one in at least one language.")


class BadLongText(Refused):
    sentence = N_("%(field)s: at most %(longest)s characters, of those that can be printed.")


class BadEventLength(Refused):
    sentence = N_("Minutes: an event lasts from %(shortest)s to %(longest)s minutes.")


class BadCapacity(Refused):
    sentence = N_("Seats: write a whole number from 1 to %(most)s, or nothing where there is no limit.")


class BadQuestion(Refused):
    sentence = N_(
        "Question %(number)s: give it a text, and a name of its own of small letters, digits and single hyphens."
    )


class TooManyQuestions(Refused):
    sentence = N_("Questions: ask at most %(most)s.")


class BadSlug(Refused):
    sentence = N_("Address: use small letters, digits and single hyphens, at most 60.")


class SlugTaken(Refused):
    sentence = N_("Address: another event of the programme is at %(slug)s; choose another.")


class AskedTooLate(Refused):
    sentence = N_(
        "Registration for this event is closed, so nobody can be asked to register; let it close later first."
    )


class EventNotBegun(Refused):
    sentence = N_("Attendance can be marked once the event has begun; this one has not.")


class CodeSpent(Refused):
    sentence = N_("This code can no longer be used; ask for a new mail.")
