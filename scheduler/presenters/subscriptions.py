"""The ways to subscribe to a feed: for programs, for calendars on the web, and for a telephone's camera."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

import segno


@dataclass(frozen=True)
class Subscription:
    """A feed that is offered: its https address, and what calendars may call it."""

    address: str
    name: str

    @property
    def webcal(self) -> str:
        """Opens a calendar program's "subscribe" instead of a download."""
        return re.sub(r"^https?:", "webcal:", self.address)

    @property
    def google(self) -> str:
        """Google Calendar, which asks whether to add it. It takes the address for a feed's if it is a webcal: one."""
        return f"https://calendar.google.com/calendar/render?{urlencode({'cid': self.webcal})}"

    @property
    def outlook(self) -> str:
        """Outlook on the web, with a private account."""
        return f"https://outlook.live.com/calendar/0/addfromweb?{self._from_web}"

    @property
    def office(self) -> str:
        """Outlook on the web, with an account of work or school."""
        return f"https://outlook.office.com/calendar/0/addfromweb?{self._from_web}"

    @property
    def qr(self) -> str:
        """The webcal address as an SVG element, of shapes alone: our pages allow no styles inside."""
        code = segno.make(self.webcal, error="m", micro=False)
        return code.svg_inline(scale=4, svgclass="qr", lineclass=None, omitsize=False, dark="#000", light="#fff")

    @property
    def _from_web(self) -> str:
        return urlencode({"url": self.address, "name": self.name})
