"""Settings from the environment: read once, checked at the door, frozen afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scheduler.errors import BadSetting

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")  # what a mail can be sent from
WEB_ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?:/[!-~]*)?")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
LONGEST_DOMAIN = 180  # an address has 254 characters, and the part before the @ at most 64
CAPACITY = re.compile(r"[1-9]|10")
SHORTEST_SECRET = 32
FEWEST_LETTERS = 10
MAKE_ONE = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'


@dataclass(frozen=True)
class HostSetting:
    """A Zoom user of the pool; `capacity` is how many meetings it may host at one time."""

    email: str
    capacity: int


@dataclass(frozen=True)
class ZoomSettings:
    """A Server-to-Server OAuth app. `api_url` is empty where the token's own is to be used."""

    account_id: str
    client_id: str
    client_secret: str = field(repr=False)
    token_url: str
    api_url: str
    hosts: tuple[HostSetting, ...]


@dataclass(frozen=True)
class Settings:
    """Everything the composition roots need. `secret_key` is empty only where no link is ever made or read."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    mail_url: str = field(repr=False)
    mail_from: str
    zoom: ZoomSettings | None
    trusted_proxies: int
    reply_domain: str = ""  # where calendar replies come back; empty: nowhere
    inbound_secret: str = field(default="", repr=False)  # of the mail server that hands them over; empty: none may
    inbound_url: str = field(default="", repr=False)  # of the mailbox that they are fetched from; empty: from none
    zoom_webhook_secret: str = field(default="", repr=False)  # empty: no webhook is believed

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, makes_links: bool = True) -> "Settings":
        """The settings of this environment; BadSetting names the variable that is missing or wrong."""
        return cls(
            database_url=environ.get("TRAFF_DATABASE_URL") or "sqlite:///var/traff.db",
            secret_key=_secret_key(environ.get("TRAFF_SECRET_KEY", ""), needed=makes_links),
            base_url=_base_url(environ.get("TRAFF_BASE_URL") or "http://127.0.0.1:8000"),
            mail_url=_mail_url(environ.get("TRAFF_MAIL_URL") or "maildir:var/mail"),
            mail_from=_mail_from(environ),
            zoom=_zoom(environ),
            trusted_proxies=_whole_number("TRAFF_TRUSTED_PROXIES", environ.get("TRAFF_TRUSTED_PROXIES") or "0"),
            reply_domain=_reply_domain(environ.get("TRAFF_REPLY_DOMAIN", "")),
            inbound_secret=_secret("TRAFF_INBOUND_SECRET", environ.get("TRAFF_INBOUND_SECRET", "")),
            inbound_url=_inbound_url(environ.get("TRAFF_INBOUND_URL", "")),
            zoom_webhook_secret=environ.get("TRAFF_ZOOM_WEBHOOK_SECRET", ""),
        )


def _secret_key(key: str, *, needed: bool) -> str:
    name = "TRAFF_SECRET_KEY"
    if not key and not needed:
        return ""
    if not key:
        raise BadSetting(name=name, why=f"is not set; {MAKE_ONE}")
    return _secret(name, key)


def _secret(name: str, secret: str) -> str:
    if secret and (len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS):
        raise BadSetting(name=name, why=f"is too easy to guess; {MAKE_ONE}")
    return secret


def _base_url(url: str) -> str:
    """An origin alone: pages and links know no path in front of them."""
    found = _web_address("TRAFF_BASE_URL", url)
    if urlsplit(found).path:
        why = "must be an address without a path, such as https://traff.example.org; give Träff a host name of its own"
        raise BadSetting(name="TRAFF_BASE_URL", why=why)
    return found


def _web_address(name: str, url: str) -> str:
    if any(sign in url for sign in "@?#"):
        raise BadSetting(name=name, why="must be a plain address without user, ? or #")
    found = WEB_ADDRESS.fullmatch(url)
    if not found or not 0 < int(found[1] or 443) < 65536:
        raise BadSetting(name=name, why=f"must be an address such as https://traff.example.org, not {url[:80]!r}")
    return url.rstrip("/")


def _mail_url(url: str) -> str:
    scheme, _, rest = url.partition(":")
    if scheme not in {"maildir", "smtp", "smtps"} or not rest.strip("/"):
        raise BadSetting(name="TRAFF_MAIL_URL", why="must be maildir:FOLDER, smtp://HOST:PORT or smtps://HOST:PORT")
    return url


def _mail_from(environ: Mapping[str, str]) -> str:
    sender = environ.get("TRAFF_MAIL_FROM", "")
    if not sender and environ.get("TRAFF_MAIL_URL", "").startswith("smtp"):
        raise BadSetting(name="TRAFF_MAIL_FROM", why="must name the address that invites come from")
    if sender and not ADDRESS.fullmatch(sender):
        raise BadSetting(name="TRAFF_MAIL_FROM", why="must be one address, such as traff@example.org")
    return sender or "traff@example.org"


def _reply_domain(domain: str) -> str:
    if domain and not (DOMAIN.fullmatch(domain) and len(domain) <= LONGEST_DOMAIN):
        why = "must be a domain whose mail comes to Träff, such as in.traff.example.org"
        raise BadSetting(name="TRAFF_REPLY_DOMAIN", why=why)
    return domain.lower()


def _inbound_url(url: str) -> str:
    """What it is made of is looked at where it is used; here, that no password would travel in the clear."""
    if url and not url.startswith("imaps://"):
        raise BadSetting(name="TRAFF_INBOUND_URL", why="must be imaps://USER:PASSWORD@HOST/FOLDER")
    return url


def _zoom(environ: Mapping[str, str]) -> ZoomSettings | None:
    names = ("TRAFF_ZOOM_ACCOUNT_ID", "TRAFF_ZOOM_CLIENT_ID", "TRAFF_ZOOM_CLIENT_SECRET", "TRAFF_ZOOM_HOSTS")
    given = [name for name in names if environ.get(name)]
    if not given:
        return None
    for name in names:
        if name not in given:
            why = f"is not set, though {given[0]} is; Zoom needs all four of {', '.join(names)}"
            raise BadSetting(name=name, why=why)
    api_url = environ.get("TRAFF_ZOOM_API_URL", "")
    return ZoomSettings(
        account_id=environ[names[0]],
        client_id=environ[names[1]],
        client_secret=environ[names[2]],
        token_url=_web_address(
            "TRAFF_ZOOM_TOKEN_URL", environ.get("TRAFF_ZOOM_TOKEN_URL") or "https://zoom.us/oauth/token"
        ),
        api_url=_web_address("TRAFF_ZOOM_API_URL", api_url) if api_url else "",
        hosts=_hosts(environ[names[3]]),
    )


def _hosts(text: str) -> tuple[HostSetting, ...]:
    hosts = tuple(_host(part.strip()) for part in text.split(",") if part.strip())
    emails = [host.email for host in hosts]
    if not hosts or len(set(emails)) < len(emails):
        raise BadSetting(
            name="TRAFF_ZOOM_HOSTS", why="must name each host once, as in zoom-1@example.org,zoom-2@example.org:2"
        )
    return hosts


def _host(part: str) -> HostSetting:
    email, _, capacity = part.partition(":")
    if not ADDRESS.fullmatch(email) or not CAPACITY.fullmatch(capacity or "1"):
        raise BadSetting(name="TRAFF_ZOOM_HOSTS", why=f"has {part!r}, which is not email[:capacity] with 1 to 10")
    return HostSetting(email.lower(), int(capacity or "1"))


def _whole_number(name: str, text: str) -> int:
    if not text.isdecimal() or len(text) > 2:
        raise BadSetting(name=name, why=f"must be a whole number from 0 to 99, not {text[:40]!r}")
    return int(text)
