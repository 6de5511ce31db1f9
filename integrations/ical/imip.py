"""A mail that may hold a calendar's answer (RFC 6047): what it says of itself, and the answer, if it is one.

A mail is somebody else's, and so are its size, its nesting and its headers. Nothing here raises for what they may be.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import collapse_rfc2231_value, getaddresses

from integrations.ical.read import METHODS, Answer, Trouble, Unreadable, answers

LARGEST = 2 * 1024 * 1024  # octets; answers have some ten thousand
DEEPEST, MOST_PARTS = 16, 256
_MOST_LINES, _MOST_CONTAINERS = 50_000, 64  # what a parser spends grows with lines times levels
_LARGEST_HEAD, _LONGEST_HEADER = 64 * 1024, 4096
_CONTAINER = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_CALENDARS = {"text/calendar", "application/ics"}
# Where servers write whom a mail was really for, and then where senders do.
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")


@dataclass(frozen=True)
class Incoming:
    """A mail as it came. Addresses are bare and in lower case; `sender` is empty unless From is exactly one.

    `recipients` are those that its headers name. `forged` says that our own mail server found the sender not to be who
    it says (RFC 8601), and `vouched` that it found them to be. Where there are no `answers`, `trouble` says why.
    """

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    forged: bool
    vouched: bool = False
    answers: tuple[Answer, ...] = ()
    trouble: Trouble | None = None


def read(mail: bytes, *, size: int | None = None) -> Incoming:
    """The mail, and the answers in it. `size` is the whole mail's, where only its beginning is given."""
    head = BytesHeaderParser().parsebytes(mail[:_LARGEST_HEAD])
    sender = _sender(head)
    found: tuple[Answer, ...] = ()
    trouble: Trouble | None = None
    try:
        found = _answers(mail, sender, len(mail) if size is None else size)
    except Unreadable as unreadable:
        trouble = unreadable.trouble
        if trouble is Trouble.NO_ANSWER and _automatic(head):
            trouble = Trouble.AUTOMATIC
    return Incoming(
        sender=sender,
        recipients=_recipients(head),
        message_id=_header(head, "Message-ID").strip()[:400],
        forged=_authenticated(head, "fail"),
        vouched=_authenticated(head, "pass"),
        answers=found,
        trouble=trouble,
    )


def _answers(mail: bytes, sender: str, size: int) -> tuple[Answer, ...]:
    """What the calendar in the mail answers; Unreadable."""
    if size > LARGEST or mail.count(b"\n") > _MOST_LINES:
        raise Unreadable(Trouble.TOO_LARGE)
    if sum(1 for _ in _CONTAINER.finditer(mail)) > _MOST_CONTAINERS:
        raise Unreadable(Trouble.TOO_NESTED)
    try:
        parts = list(_leaves(BytesParser().parsebytes(mail), depth=1))
    except (RecursionError, MessageError, LookupError, ValueError):
        raise Unreadable(Trouble.BROKEN) from None
    calendars = [(part, _announced(part)) for part in parts if _type(part) in _CALENDARS]
    announcing = [each for each in calendars if each[1] in METHODS] or [each for each in calendars if not each[1]]
    if not announcing:
        raise Unreadable(Trouble.NOT_FOR_US if calendars else Trouble.NO_ANSWER)
    part, announced = announcing[0]
    try:
        content = part.get_payload(decode=True)
    except (LookupError, ValueError):
        content = None
    if not isinstance(content, bytes):
        raise Unreadable(Trouble.BROKEN)
    return answers(content, announced=announced, sender=sender)


def _leaves(message: Message, depth: int, seen: list[int] | None = None) -> Iterator[Message]:
    """The parts that hold something, in order. What is forwarded in message/rfc822 is another's: not looked into."""
    seen = seen if seen is not None else [0]
    if depth > DEEPEST:
        raise Unreadable(Trouble.TOO_NESTED)
    if _type(message).startswith("message/"):
        return
    if not message.is_multipart():
        seen[0] += 1
        if seen[0] > MOST_PARTS:
            raise Unreadable(Trouble.TOO_MANY_PARTS)
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1, seen)


def _type(part: Message) -> str:
    """The content type; of a header that is longer than any real one, none."""
    return part.get_content_type() if len(str(part.get("Content-Type", ""))) <= _LONGEST_HEADER else ""


def _announced(part: Message) -> str | None:
    """The method in the Content-Type, in capitals."""
    try:
        found = part.get_param("method")
    except (HeaderParseError, LookupError, ValueError):
        return None
    return collapse_rfc2231_value(found).strip().upper() if found else None


def _sender(head: Message) -> str:
    """The one address in From. Two of them, or two such headers, are nobody."""
    found = head.get_all("From", [])
    senders = _addresses(found[0]) if len(found) == 1 else []
    return senders[0] if len(senders) == 1 else ""


def _recipients(head: Message) -> tuple[str, ...]:
    found = [address for name in _RECIPIENTS for value in head.get_all(name, [])[:10] for address in _addresses(value)]
    return tuple(dict.fromkeys(found))[:50]


def _addresses(value: object) -> list[str]:
    """The addresses that are written there. What cannot be printed is in none, and not every database can keep it."""
    pairs = getaddresses([" ".join(str(value)[:_LONGEST_HEADER].split())])
    return [address.lower() for _, address in pairs if "@" in address and address.isprintable()]


def _header(head: Message, name: str) -> str:
    return str(head.get(name, ""))[:_LONGEST_HEADER]


def _automatic(head: Message) -> bool:
    """Whether a program wrote it (RFC 3834). Calendars' answers say so too, and count all the same."""
    said = _header(head, "Auto-Submitted").strip().lower()
    return bool(said and said != "no") or "X-Autoreply" in head or _header(head, "Return-Path").strip() == "<>"


def _authenticated(head: Message, verdict: str) -> bool:
    """Whether the last server on the way, ours, says so: each puts its header above those that came along."""
    found = str(next(iter(head.get_all("Authentication-Results", [])), ""))[:_LONGEST_HEADER]
    return bool(re.search(rf"\bdmarc\s*=\s*{verdict}\b", found, re.IGNORECASE))
