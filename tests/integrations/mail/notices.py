"""Notices that a mail could not be delivered, as the common mail servers write them."""

MAIL = (
    "Received: from traff.example.org by mx.example.net; Mon, 2 Nov 2026 10:00:01 +0000\r\n"
    "From: Mentor <e-m12@in.example.org>\r\nTo: zoe@uni.example\r\nSubject: Invitation\r\n"
    "Message-ID:\r\n <1.0.5.sealed@example.org>\r\nAuto-Submitted: auto-generated\r\n"
)
BODY = "\r\nWelcome.\r\n"
MESSAGE_ID = "<1.0.5.sealed@example.org>"
ZOE = "zoe@uni.example"
TO = "e-m12@in.example.org"


def headers_of(mail: str) -> str:
    return mail.partition("\r\n\r\n")[0] + "\r\n"


def report(
    mail: str | None = MAIL + BODY,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = ZOE,
    kind: str = "message/rfc822",
    to: str = TO,
    sender: str = "MAILER-DAEMON@mx.example.net",
    told: str = "Content-Type: text/plain\r\n\r\nI am sorry.\r\n",
    head: str = "",
    more: str = "Diagnostic-Code: smtp; 550 5.1.1 <zoe@uni.example>: no such user\r\n",
    message_id: str = "<bounce-1@mx.example.net>",
) -> bytes:
    """As Postfix writes it (RFC 3464). `kind` is the type of the part that returns `mail`, if anything is returned."""
    group = f"Final-Recipient: rfc822; {recipient}\r\nOriginal-Recipient: rfc822;{recipient}\r\nAction: {action}\r\n"
    parts = [
        told,
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n"
        f"Arrival-Date: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\n{group}Status: {status}\r\n{more}",
        *([f"Content-Type: {kind}\r\n\r\n{mail}"] if mail is not None else []),
    ]
    inside = "".join(f"--=_b\r\n{part}\r\n" for part in parts)
    return (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <{sender}>\r\nTo: {to}\r\nAuto-Submitted: auto-replied\r\n"
        f"Subject: Undelivered Mail\r\nMessage-ID: {message_id}\r\n{head}MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\r\n\r\n{inside}--=_b--\r\n'
    ).encode()


def exchange(mail: str = MAIL, **values: str) -> bytes:
    """HTML and text beside each other, headers alone returned, and a status of three digits."""
    told = (
        'Content-Type: multipart/alternative; boundary="=_c"\r\n\r\n--=_c\r\nContent-Type: text/plain\r\n\r\nNo.\r\n'
        "--=_c\r\nContent-Type: text/html\r\n\r\n<p>No.</p>\r\n--=_c--\r\n"
    )
    more = "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found\r\nX-Display-Name: Zoe\r\n"
    said = {"status": "5.1.10", "kind": "text/rfc822-headers", "more": more, "told": told, **values}
    return report(mail=headers_of(mail), **said)


def gmail(mail: str = MAIL + BODY, **values: str) -> bytes:
    """A text beside a picture, and the mail answered as a letter would be."""
    told = (
        'Content-Type: multipart/related; boundary="=_c"\r\n\r\n--=_c\r\nContent-Type: text/html\r\n\r\n<p>No.</p>\r\n'
        "--=_c\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--=_c--\r\n"
    )
    head = f"X-Failed-Recipients: {ZOE}\r\nIn-Reply-To: {MESSAGE_ID}\r\nReferences: {MESSAGE_ID}\r\n"
    return report(mail=mail, **{"told": told, "head": head, "sender": "mailer-daemon@googlemail.com", **values})


def qmail(
    mail: str = MAIL + BODY, *, recipient: str = ZOE, to: str = TO, why: str = "550 no such user (#5.1.1)"
) -> bytes:
    """A text and nothing else."""
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net\r\nTo: {to}\r\nSubject: failure notice\r\n\r\n"
        "Hi. This is the qmail-send program at mx.example.net.\r\nI'm afraid I wasn't able to deliver your message.\r\n"
        f"This is a permanent error; I've given up. Sorry.\r\n\r\n<{recipient}>:\r\n192.0.2.1 does not like it.\r\n"
        f"Remote host said: {why}\r\nGiving up.\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n{mail}"
    ).encode()
