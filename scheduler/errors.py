"""The domain's ways to say no. Each is one sentence that names the matter and the cure, and can be translated."""

from typing import ClassVar


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Marks a sentence for the catalogue and returns it as it is."""
    return sentence


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


class MeetingClosed(Refused):
    sentence = N_("This meeting is no longer booked, so it cannot be changed; book a new one.")


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


class BadFolder(Refused):
    """A programme folder with mistakes; `problems` holds a sentence each, by file, line and column."""

    sentence = N_("Nothing was loaded. %(problems)s")

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems="\n".join(problems))
        self.problems = problems


class BadSetting(Refused):
    sentence = N_("%(name)s %(why)s.")


class UnknownName(Refused):
    sentence = N_("There is no %(what)s %(name)s.")


class LinkSpent(Refused):
    sentence = N_("This sign-in link has been used or has expired; ask for a new one.")
