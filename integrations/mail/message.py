"""A mail to one recipient as an EmailMessage: text, perhaps HTML, perhaps an invite (RFC 5322, 2045-2047, 6047)."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from hashlib import sha256

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,254}}\Z)(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
_FOLD = "\r\n "
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]{0,60}")
_PLAIN_TEXT = re.compile(r"(?:[!-~]{1,60}(?: |\Z))*")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What one mail says; `compose` makes the message.

    `sender` is (name, address) with a name that may be empty; `recipient` and `reply_to` are bare addresses. `calendar`
    is the bytes of an iTIP message and `method` its METHOD: both or neither. `references` are the Message-IDs of the
    thread, oldest first. `date` is aware.
    """

    sender: tuple[str, str]
    recipient: str
    reply_to: str
    subject: str
    text: str
    html: str | None = None
    calendar: bytes | None = None
    method: str | None = None
    message_id: str
    references: tuple[str, ...] = ()
    date: datetime


class _Wire(EmailPolicy):
    """CRLF, seven bits, and folding of names, subjects, addresses and Message-IDs that readers get right.

    The library's own folding takes the quotes off a long name, whose commas then part it into several addresses, and
    writes long References as encoded words, which no reader looks into.
    """

    def fold(self, name: str, value: str) -> str:
        match name.lower():
            case "from" if isinstance(value, AddressHeader):
                words = _words(name, value.addresses[0].display_name, _PLAIN_NAME)
                address = f"<{value.addresses[0].addr_spec}>"
                folded = f"{words}{' ' if len(words + address) < 70 else _FOLD}{address}" if words else address
            case "subject":
                folded = _words(name, str(value), _PLAIN_TEXT)
            case "to" | "reply-to" | "message-id" | "in-reply-to" | "references":
                folded = _FOLD.join(str(value).split())
            case _:
                line: str = super().fold(name, value)
                return line
        return f"{name}: {folded}\r\n"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


_WIRE = _Wire(linesep="\r\n", cte_type="7bit")


def compose(mail: Mail) -> EmailMessage:
    """The message, byte for byte the same for equal mails.

    With a calendar it is what CalConnect's guide and Gmail have: mixed(alternative(plain, html, text/calendar with the
    method), application/ics), the same calendar twice. Raises ValueError, in words without the value at fault, for what
    is not exactly one address, a control character in a header, a naive date, and a method that the calendar has not.
    """
    message = EmailMessage(policy=_WIRE)
    message["From"] = Address(_text(mail.sender[0], "sender name"), addr_spec=_address(mail.sender[1], "sender"))
    message["To"] = _address(mail.recipient, "recipient")
    message["Reply-To"] = _address(mail.reply_to, "reply address")
    message["Subject"] = _text(mail.subject, "subject")
    if mail.date.tzinfo is None:
        raise ValueError("The date of a mail must be aware.")
    message["Date"] = mail.date
    message["Message-ID"] = _message_id(mail.message_id)
    if mail.references:
        message["In-Reply-To"] = _message_id(mail.references[-1])
        message["References"] = " ".join(_message_id(each) for each in mail.references)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    _fill(message, mail)
    return message


def to_bytes(message: EmailMessage) -> bytes:
    """The message as SMTP and RFC 5322 want it: CRLF, and no line over 998 octets."""
    return message.as_bytes(policy=_WIRE)


def _fill(message: EmailMessage, mail: Mail) -> None:
    """The body: each part readable on its own, in an order in which the last one that a reader knows is the best."""
    if (mail.calendar is None) != (mail.method is None):
        raise ValueError("A calendar and its method go together.")
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    if mail.calendar is not None and mail.method is not None:
        if f"\r\nMETHOD:{mail.method}\r\n".encode() not in mail.calendar:
            raise ValueError("The calendar has another METHOD than the mail.")  # RFC 6047, 2.4
        # Base64 keeps the bytes, and a Content-Disposition here would hide the invite from Thunderbird.
        parameters = {"method": mail.method, "charset": "UTF-8"}
        message.add_alternative(mail.calendar, "text", "calendar", cte="base64", params=parameters)
        message.add_attachment(mail.calendar, "application", "ics", cte="base64", filename="invite.ics")
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}_{sha256(mail.message_id.encode()).hexdigest()[:32]}")


def _words(name: str, text: str, plain: re.Pattern[str]) -> str:
    """The folded text of a header: as it stands if that is plain enough, else in RFC 2047 encoded words."""
    charset = "us-ascii" if plain.fullmatch(text) else "utf-8"
    return Header(text, charset, maxlinelen=75, header_name=name).encode(linesep="\r\n")


def _text(text: str, what: str) -> str:
    """Text for a header, on one line. What looks like an encoded word is kept from being read as one."""
    if _CONTROL.search(text):
        raise ValueError(f"There is a control character in the {what}.")
    return " ".join(text.split()).replace("=?", "= ?")


def _address(address: str, what: str) -> str:
    """One address in ASCII without quotes, comments or brackets (the dot-atom form of RFC 5321, 4.1.2)."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"The {what} is not exactly one mail address.")
    return address


def _message_id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("A Message-ID is <one-word@domain>.")
    return message_id
