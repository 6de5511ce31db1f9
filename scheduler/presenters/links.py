"""Every address that we print, and the tokens in them.

A link that stays good for months is the row's id, a generation and an HMAC over both and the purpose. Nothing of it is
stored, raising the generation revokes it, and a link of one kind opens no other.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, field

TOKEN = re.compile(r"([0-9]{1,18})-([0-9]{1,9})-([a-z2-7]{32})")


@dataclass(frozen=True)
class Links:
    """The links of one installation: `base_url` without a slash at its end, `secret` known to nobody else."""

    base_url: str
    secret: str = field(repr=False)

    def door(self, seat_id: int, generation: int) -> str:
        return f"{self.base_url}/j/{self.token('door', seat_id, generation)}"

    def feed(self, person_id: int, generation: int) -> str:
        return f"{self.base_url}/feeds/{self.token('feed', person_id, generation)}.ics"

    def programme(self, slug: str) -> str:
        return f"{self.base_url}/p/{slug}/"

    def programme_feed(self, slug: str) -> str:
        return f"{self.base_url}/p/{slug}/events.ics"

    def event(self, programme: str, slug: str) -> str:
        return f"{self.base_url}/p/{programme}/e/{slug}/"

    def sign_in(self, token: str) -> str:
        return f"{self.base_url}/sign-in/{token}"

    def desk(self, slug: str) -> str:
        return f"{self.base_url}/c/{slug}/"

    def token(self, purpose: str, row_id: int, generation: int) -> str:
        """The token for this row, of 160 unguessable bits."""
        key = hmac.digest(self.secret.encode(), b"traff printed links 1", hashlib.sha256)
        mac = hmac.digest(key, f"{purpose}/{row_id}/{generation}".encode(), hashlib.sha256)[:20]
        return f"{row_id}-{generation}-{b32encode(mac).decode().lower()}"

    def read(self, purpose: str, token: str) -> tuple[int, int] | None:
        """(row id, generation) of a token that we made for this purpose; None for any other."""
        found = TOKEN.fullmatch(token)
        if found is None:
            return None
        row_id, generation = int(found[1]), int(found[2])
        ours = hmac.compare_digest(self.token(purpose, row_id, generation), token)
        return (row_id, generation) if ours else None


def webcal(url: str) -> str:
    """The address that opens a calendar program's "subscribe" instead of a download."""
    return re.sub(r"^https?:", "webcal:", url)
