"""Mails that answer an invite, as the tests want them: right in all but what a test says."""

from email.message import EmailMessage

UID = "b6c1f0a2-5f0e-4f0e-9d53-0d9c7c1e7a11"
ORGANIZER = "e-7hq2v9@in.example.org"
ATTENDEE = "zoe@uni.example"
SECONDS = 5  # of the processor's time for one mail: what explodes takes minutes


def answer(method: str = "REPLY", **properties: str | None) -> str:
    """The calendar. A property that is None is left out; one with parameters is written with them, as NAME;A=B."""
    attendee = properties.pop("attendee", ATTENDEE)
    partstat = properties.pop("partstat", "ACCEPTED")
    lines = {
        "UID": UID,
        "DTSTAMP": "20261102T100000Z",
        "SEQUENCE": "0",
        "ORGANIZER": f"mailto:{ORGANIZER}",
        "ATTENDEE": f"ATTENDEE;PARTSTAT={partstat}:mailto:{attendee}",
        **{name.upper().replace("_", "-"): value for name, value in properties.items()},
    }
    written = [
        value if value.upper().startswith(f"{name};") else f"{name}:{value}"
        for name, value in lines.items()
        if value is not None
    ]
    return calendar(method, event("\r\n".join(written)))


def event(lines: str) -> str:
    return f"BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n"


def calendar(method: str | None, inside: str) -> str:
    said = f"METHOD:{method}\r\n" if method else ""
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{said}{inside}END:VCALENDAR\r\n"


def mail(
    content: str | bytes | None,
    *,
    method: str | None = "REPLY",
    kind: str = "text/calendar",
    sender: str = ATTENDEE,
    to: str = ORGANIZER,
    message_id: str = "<1@uni.example>",
    **headers: str,
) -> bytes:
    """A mail with a text, and the calendar where there is one. `method` is what the Content-Type announces."""
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = f"Zoë Ali <{sender}>", to, message_id
    message["Subject"] = "Accepted: a meeting"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Zoë has answered.")
    if content is not None:
        main, sub = kind.split("/")
        written = content.encode() if isinstance(content, str) else content
        message.add_alternative(written, main, sub, params={"method": method} if method else {})
    return message.as_bytes()


def nested(levels: int, inside: bytes) -> bytes:
    """A mail whose calendar lies so many multiparts deep."""
    head = b"From: zoe@uni.example\r\nTo: e-7hq2v9@in.example.org\r\nMIME-Version: 1.0\r\n"
    for level in range(levels):
        head += f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'.encode()
    return head + b"Content-Type: text/calendar; method=REPLY\r\n\r\n" + inside


def forwarded(inside: bytes, *, sender: str = "other@uni.example") -> bytes:
    """A mail that forwards another one as an attachment."""
    head = f'From: {sender}\r\nTo: {ORGANIZER}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n'
    return head.encode() + b"\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n" + inside + b"\r\n--x--\r\n"
