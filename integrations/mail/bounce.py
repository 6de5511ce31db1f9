"""Mails that came back: what a notice says of the mail that it could not deliver (RFC 3464 and 3463, and qmail's own).

Exchange, Gmail and Postfix send multipart/report; qmail sends a text. A notice proves nothing of itself: who reads it
must know the Message-ID in it, or the address that it came to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser

_DEEPEST = 4  # levels of a report
_LONGEST = 1000  # characters of what is looked at in a header
_HEADERS = {
    "text/rfc822-headers",
    "message/rfc822",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
}
_STATUS = re.compile(r"\b5\.[0-9]{1,3}\.[0-9]{1,3}\b")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
_ADDRESS = re.compile(r"[^\s<>\",;:@]{1,64}@[^\s<>\",;:@]{1,190}")
_QMAIL_REFUSED = re.compile(r"<([^<>\s]{3,254})>:\s")


@dataclass(frozen=True)
class Bounce:
    """One mail that its recipient did not get and never will.

    `message_id` is the mail's own, with its brackets, and `recipient` a bare address in lower case, each empty where
    the notice does not tell. `status` is RFC 3463's code, such as 5.1.1; empty where there is none of class 5.
    """

    message_id: str
    recipient: str
    status: str


def read(mail: bytes) -> Bounce | None:
    """What could not be delivered for good; None for every other mail, also for one that tells of a delay."""
    try:
        message = BytesParser().parsebytes(mail)
        parts = list(_parts(message, 1))
        reported = _reported(parts) or _told_by_qmail(message)
    except (MessageError, LookupError, ValueError, RecursionError):
        return None
    if reported is None:
        return None
    # Who returns no headers answers the mail all the same, as Exchange and Gmail do with those that they return.
    return Bounce(reported.message_id or _message_id(message.get("In-Reply-To")), reported.recipient, reported.status)


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """The parts of the notice itself, not those of the mail that it returns."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message
    elif depth <= _DEEPEST:
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)


def _reported(parts: list[Message]) -> Bounce | None:
    """What a delivery status says, in its first group about a recipient who is given up (RFC 3464 section 2.3)."""
    groups = [
        group for part in parts if part.get_content_type() == "message/delivery-status" for group in _groups(part)
    ]
    failed = next((group for group in groups if _is_final(group)), None)
    if failed is None:
        return None
    returned = next((_returned(part) for part in parts if part.get_content_type() in _HEADERS), None)
    whom = _text(failed, "Final-Recipient") or _text(failed, "Original-Recipient")
    status = _STATUS.search(f"{_text(failed, 'Status')} {_text(failed, 'Diagnostic-Code')}")
    message_id = _message_id(returned.get("Message-ID")) if returned is not None else ""
    return Bounce(message_id, _address(whom.partition(";")[2] or whom), status[0] if status else "")


def _groups(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [group for group in payload if isinstance(group, Message)] if isinstance(payload, list) else []


def _is_final(group: Message) -> bool:
    """Whether nobody tries any more. What was tried for days fails with the code of a delay, so the action decides."""
    return _text(group, "Action").lower() == "failed"


def _returned(part: Message) -> Message:
    """The headers of the mail that comes back."""
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0]
    decoded = part.get_payload(decode=True)
    return BytesHeaderParser().parsebytes(decoded if isinstance(decoded, bytes) else b"")


def _told_by_qmail(message: Message) -> Bounce | None:
    """What a text says by qmail's rules: a greeting, a paragraph a recipient, one that begins with "-", a copy."""
    content = message.get_payload(decode=True) if message.get_content_type() == "text/plain" else None
    text = content.decode("latin-1").replace("\r\n", "\n").lstrip() if isinstance(content, bytes) else ""
    told, _, copy = text.partition("\n\n-")
    greeting, *paragraphs = told.split("\n\n")
    refused = next((each for each in paragraphs if _QMAIL_REFUSED.match(each.lstrip())), None)
    if refused is None or not greeting.startswith("Hi. This is the"):
        return None
    _, _, returned = copy.partition("\n\n")
    head = BytesHeaderParser().parsebytes(returned.lstrip().encode("latin-1"))
    found, status = _QMAIL_REFUSED.match(refused.lstrip()), _STATUS.search(refused)
    return Bounce(_message_id(head.get("Message-ID")), _address(found[1] if found else ""), status[0] if status else "")


def _text(group: Message, name: str) -> str:
    return " ".join(str(group.get(name, ""))[:_LONGEST].split())


def _message_id(header: object) -> str:
    found = _MESSAGE_ID.search(str(header or "")[:_LONGEST])
    return found[0] if found else ""


def _address(written: str) -> str:
    plain = written.strip().strip("<>").lower()
    return plain if _ADDRESS.fullmatch(plain) and plain.isprintable() else ""
