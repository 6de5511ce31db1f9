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


class BadTime(Refused):
    sentence = N_("The time %(time)s does not suit: %(why)s.")


class BadMode(Refused):
    sentence = N_("%(field)s: %(why)s.")


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
