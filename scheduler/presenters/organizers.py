"""The address that an invite comes from, and that a calendar answers to: one for each uid, and not to be guessed."""

from dataclasses import dataclass

from scheduler.presenters.links import Links
from scheduler.states import Invited


@dataclass(frozen=True)
class Organizers:
    """The organizers of one installation.

    `domain` is where answers come back, in lower case; where it is empty nothing does, and every invite comes from
    `sender`. An address is the row's id and an HMAC, as links are: it is checked without having been stored.
    """

    sender: str
    domain: str
    links: Links

    def of(self, kind: Invited, row_id: int) -> str:
        """e-m12-1-... at the domain: ORGANIZER and From of every version of this meeting or registration."""
        if not self.domain:
            return self.sender
        return f"e-{kind}{self.links.token(_purpose(kind), row_id, 1)}@{self.domain}"

    def read(self, address: str) -> tuple[Invited, int] | None:
        """What an answer to this bare address is about, in whatever case it is written; None if it is none of ours."""
        local, _, domain = address.lower().rpartition("@")
        if not self.domain or domain != self.domain or not address.isascii():
            return None
        for kind in Invited:
            prefix = f"e-{kind}"
            found = self.links.read(_purpose(kind), local.removeprefix(prefix)) if local.startswith(prefix) else None
            if found is not None:
                return kind, found[0]
        return None


def _purpose(kind: Invited) -> str:
    return f"organizer-{kind.name.lower()}"
