"""Every address that we print, and the tokens in them.

A link that stays good for months is the row's id, a generation and an HMAC over both and the purpose. Nothing of it is
stored, raising the generation revokes it, and a link of one kind opens no other.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, field

from scheduler.states import Invited

TOKEN = re.compile(r"([0-9]{1,18})-([0-9]{1,9})-([a-z2-7]{32})")
LETTERS = (
    "ACDEFHJKMNPQRTUWXY234679"  # of a code: none that looks or sounds like another (0 O, 1 I L, 2 Z, 5 S, 8 B, U V)
)
HALF = 4


@dataclass(frozen=True)
class Links:
    """The links of one installation: `base_url` without a slash at its end, `secret` known to nobody else."""

    base_url: str
    secret: str = field(repr=False)

    def door(self, seat_id: int, generation: int) -> str:
        return f"{self.base_url}/j/{self.token('door', seat_id, generation)}"

    def feed(self, person_id: int, generation: int) -> str:
        return f"{self.base_url}/feeds/{self.token('feed', person_id, generation)}.ics"

    def department_feed(self, department_id: int, generation: int) -> str:
        return f"{self.base_url}/feeds/department/{self.token('department-feed', department_id, generation)}.ics"

    def desk_feed(self, coordinator_id: int, generation: int) -> str:
        return f"{self.base_url}/feeds/desk/{self.token('desk-feed', coordinator_id, generation)}.ics"

    def programme(self, slug: str) -> str:
        return f"{self.base_url}/p/{slug}/"

    def programme_feed(self, slug: str) -> str:
        return f"{self.base_url}/p/{slug}/events.ics"

    def event(self, programme: str, slug: str) -> str:
        return f"{self.base_url}/p/{programme}/e/{slug}/"

    def event_door(self, registration_id: int, generation: int) -> str:
        return f"{self.base_url}/j/{self.token('event-door', registration_id, generation)}"

    def invite(self, kind: Invited, row_id: int, generation: int) -> str:
        """Where an invite is answered: of a seat at a meeting by its id, of a registration by that one's."""
        return f"{self.base_url}/i/{self.token(_answering(kind), row_id, generation)}"

    def read_invite(self, kind: Invited, token: str) -> tuple[int, int] | None:
        """(row id, generation) of what an invite of this kind is answered by; None for any other token."""
        return self.read(_answering(kind), token)

    def receipt(self, registration_id: int, generation: int) -> str:
        return f"{self.base_url}/r/{self.token('receipt', registration_id, generation)}"

    def times(self, times_request_id: int, generation: int) -> str:
        return f"{self.base_url}/times/{self.token('times', times_request_id, generation)}"

    def answer(self, proposal_answer_id: int, generation: int) -> str:
        return f"{self.base_url}/a/{self.token('answer', proposal_answer_id, generation)}"

    def sign_in(self, sign_in_id: int, nonce: int) -> str:
        return f"{self.base_url}/sign-in/{self.token('sign-in', sign_in_id, nonce)}"

    def me(self, page: str = "") -> str:
        """A page of the reader's own, for which they sign in."""
        return f"{self.base_url}/me/{page}"

    def code(self, sign_in_id: int, nonce: int) -> str:
        """The code that does what the sign-in link does, to type: KX4M-72QP. 36 bits, so tries must be counted."""
        rest = int.from_bytes(self._mac("sign-in-code", sign_in_id, nonce))
        letters = ""
        for _ in range(2 * HALF):
            rest, which = divmod(rest, len(LETTERS))
            letters += LETTERS[which]
        return f"{letters[:HALF]}-{letters[HALF:]}"

    def is_code(self, typed: str, sign_in_id: int, nonce: int) -> bool:
        """Whether somebody typed that code, in whatever case and with whatever between the letters."""
        plain = "".join(letter for letter in typed.upper() if letter.isalnum())
        return hmac.compare_digest(plain.encode(), self.code(sign_in_id, nonce).replace("-", "").encode())

    def desk(self, slug: str) -> str:
        return f"{self.base_url}/c/{slug}/"

    def desk_pair(self, slug: str, pair_id: int) -> str:
        return f"{self.desk(slug)}pairs/{pair_id}"

    def token(self, purpose: str, row_id: int, generation: int) -> str:
        """The token for this row, of 160 unguessable bits."""
        mac = self._mac(purpose, row_id, generation)[:20]
        return f"{row_id}-{generation}-{b32encode(mac).decode().lower()}"

    def read(self, purpose: str, token: str) -> tuple[int, int] | None:
        """(row id, generation) of a token that we made for this purpose; None for any other."""
        found = TOKEN.fullmatch(token)
        if found is None:
            return None
        row_id, generation = int(found[1]), int(found[2])
        ours = hmac.compare_digest(self.token(purpose, row_id, generation), token)
        return (row_id, generation) if ours else None

    def sealed(self, key: str) -> str:
        """The key with what only we can put after it: whoever shows it has had it from us. The same each time."""
        mac = hmac.digest(self._key, f"sealed/{key}".encode(), hashlib.sha256)[:15]
        return f"{key}.{b32encode(mac).decode().lower()}"

    def _mac(self, purpose: str, row_id: int, generation: int) -> bytes:
        return hmac.digest(self._key, f"{purpose}/{row_id}/{generation}".encode(), hashlib.sha256)

    @property
    def _key(self) -> bytes:
        return hmac.digest(self.secret.encode(), b"traff printed links 1", hashlib.sha256)


def _answering(kind: Invited) -> str:
    return f"answering-{kind.name.lower()}"
