"""Mails as bytes, parsed back by Python's email package, and one golden file.

`python -m tests.integrations.mail.test_message` writes the golden file anew; read the difference before you commit it.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.ical.write import cancel as cancelled
from integrations.mail.message import Mail, compose, to_bytes
from tests.integrations.ical.test_write import ANNA, CANCELLED, ENTRY, GOLDEN, HOSTILE, ORGANIZER, request

INVITE = Mail(
    sender=(ORGANIZER.name, ORGANIZER.email),
    recipient=ANNA.email,
    reply_to="mentor@example.org",
    subject="Möte med 山田太郎 torsdag 1 oktober kl. 15.00-16.00 (CEST), på Zoom",
    text="Hej Anna!\n\nNi ses på Zoom torsdag 1 oktober kl. 15.00.\n",
    html="<p>Hej Anna!</p>\n<p>Ni ses på Zoom torsdag 1 oktober kl. 15.00.</p>\n",
    calendar=request(ENTRY),
    method="REQUEST",
    message_id="<delivery.4711.1@mentor.example.org>",
    references=("<delivery.4690.1@mentor.example.org>", "<delivery.4702.1@mentor.example.org>"),
    date=datetime(2026, 9, 1, 8, 30, 5, tzinfo=UTC),
)
NOTICE = replace(INVITE, html=None, calendar=None, method=None, references=())


def parsed(mail: Mail) -> EmailMessage:
    """The mail as another program reads it, free of defects."""
    message = message_from_bytes(to_bytes(compose(mail)), policy=default)
    assert isinstance(message, EmailMessage)
    assert [defect for part in message.walk() for defect in part.defects] == []
    return message


def content(part: MIMEPart | None) -> str:
    """The text of a part, with line ends as Python has them."""
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def raw_header(mail: Mail, name: str) -> str:
    """A header's text by the legacy reader, which joins neighbouring encoded words as RFC 2047 6.2 says."""
    return str(make_header(decode_header(str(message_from_bytes(to_bytes(compose(mail)))[name]))))


def test_golden() -> None:
    assert to_bytes(compose(INVITE)) == (GOLDEN / "invite.eml").read_bytes()


def test_an_invite_is_mixed_of_alternatives_and_an_attachment_of_the_same_bytes() -> None:
    message = parsed(INVITE)
    alternative, attachment = message.iter_parts()
    plain, html, calendar = alternative.iter_parts()
    assert [part.get_content_type() for part in (message, alternative, attachment)] == [
        "multipart/mixed",
        "multipart/alternative",
        "application/ics",
    ]
    assert [part.get_content_type() for part in (plain, html, calendar)] == ["text/plain", "text/html", "text/calendar"]
    assert (content(plain), content(html)) == (INVITE.text, INVITE.html)
    assert calendar.get_payload(decode=True) == attachment.get_payload(decode=True) == INVITE.calendar
    assert calendar.get_content().encode() == INVITE.calendar
    assert dict(calendar["Content-Type"].params) == {"method": "REQUEST", "charset": "UTF-8"}
    assert calendar["Content-Disposition"] is None
    assert (attachment.get_content_disposition(), attachment.get_filename()) == ("attachment", "invite.ics")


def test_headers() -> None:
    message = parsed(INVITE)
    assert message["From"].addresses[0].addr_spec == ORGANIZER.email
    assert message["To"] == ANNA.email
    assert message["Reply-To"] == "mentor@example.org"
    assert message["Subject"] == INVITE.subject
    assert message["Date"].datetime == INVITE.date
    assert message["Message-ID"] == INVITE.message_id
    assert message["In-Reply-To"] == INVITE.references[-1]
    assert message["References"].split() == list(INVITE.references)
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_method_is_the_one_in_the_calendar() -> None:
    cancel = cancelled(CANCELLED, organizer=ORGANIZER, attendee=ANNA)
    message = parsed(replace(INVITE, calendar=cancel, method="CANCEL"))
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert re.findall(r"^METHOD:(.*)\r$", part.get_content(), re.MULTILINE) == [part["Content-Type"].params["method"]]
    with pytest.raises(ValueError, match="METHOD"):
        compose(replace(INVITE, calendar=cancel))
    with pytest.raises(ValueError, match="go together"):
        compose(replace(INVITE, method=None))


def test_without_a_calendar_it_is_an_alternative_or_plain_text() -> None:
    message = parsed(replace(NOTICE, html="<p>Hej</p>"))
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert parsed(NOTICE).get_content_type() == "text/plain"
    assert content(parsed(NOTICE)) == NOTICE.text


@pytest.mark.parametrize(
    "text", ["Hej\n", "面談のご案内\n" * 50, "x" * 5000 + "\n", ".\n..\nFrom x\n", "å" * 3000 + "\n"]
)
def test_seven_bits_short_lines_and_crlf_whatever_the_text(text: str) -> None:
    for mail in (replace(NOTICE, text=text), replace(INVITE, text=text, html=text)):
        written = to_bytes(compose(mail))
        assert written.isascii()
        assert written.endswith(b"\r\n")
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", written)
        assert max(map(len, written.split(b"\r\n"))) <= 100
        assert content(parsed(mail).get_body(("plain",))) == text


def test_the_same_mail_is_the_same_bytes() -> None:
    assert to_bytes(compose(INVITE)) == to_bytes(compose(replace(INVITE)))


def test_long_references_stay_message_ids() -> None:
    ids = tuple(f"<delivery.{'0123456789abcdef' * 4}.{n}@programme.mentorship.example.org>" for n in range(12))
    written = to_bytes(compose(replace(INVITE, references=ids)))
    assert all(each.encode() in written for each in ids)
    assert parsed(replace(INVITE, references=ids))["References"].split() == list(ids)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mentorprogrammet",
        "Berg, Anna",
        "Programme for mentors and mentees, spring term, with commas, and a name that does not end",
        "山田太郎" * 15,
        '"Berg, Åsa" <eve@example.com>, adam@example.com',
        "=?utf-8?q?Eve=2C_eve=40example=2Ecom?=",
        "a\\b (c) [d] @e; f:",
    ],
)
def test_a_name_is_a_name_and_adds_no_address(name: str) -> None:
    mail = replace(INVITE, sender=(name, ORGANIZER.email))
    assert [each.addr_spec for each in parsed(mail)["From"].addresses] == [ORGANIZER.email]
    expected = f"{name.replace('=?', '= ?')} <{ORGANIZER.email}>".strip()
    assert raw_header(mail, "From").replace("<", " <").split() == expected.replace("<", " <").split()


@pytest.mark.parametrize(
    "subject", ["Ett möte " * 40, "面談のご案内：" * 40, "plain " * 40 + "x" * 200, "=?utf-8?q?a=0D=0AX:_y?="]
)
def test_long_subjects(subject: str) -> None:
    mail = replace(INVITE, subject=subject)
    assert raw_header(mail, "Subject") == subject.strip().replace("=?", "= ?")
    head = to_bytes(compose(mail)).partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78


def test_the_library_alone_makes_several_addresses_of_one_name() -> None:
    """Negative control for our own folding; later Pythons may have mended theirs."""
    name = "Programme for mentors and mentees, spring term, with commas, and a name that does not end"
    message = compose(replace(NOTICE, sender=(name, ORGANIZER.email)))
    senders = message_from_bytes(message.as_bytes(policy=SMTP), policy=default)["From"].addresses
    if len(senders) == 1:
        pytest.skip("this Python folds a long name right")
    assert len(senders) == 4


@settings(deadline=None)
@given(HOSTILE, HOSTILE)
def test_hostile_headers_are_refused_or_survive(name: str, subject: str) -> None:
    mail = replace(INVITE, sender=(name, ORGANIZER.email), subject=subject)
    bad = re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", name + subject)
    if bad:
        with pytest.raises(ValueError, match="control character"):
            compose(mail)
    else:
        message = parsed(mail)
        assert message.keys() == parsed(INVITE).keys()
        assert [each.addr_spec for each in message["From"].addresses] == [ORGANIZER.email]
        assert raw_header(mail, "Subject") == " ".join(subject.split()).replace("=?", "= ?")
        sent_name = raw_header(mail, "From").removesuffix(f"<{ORGANIZER.email}>").strip()
        assert sent_name == " ".join(name.split()).replace("=?", "= ?")


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_arrives(text: str) -> None:
    message = parsed(replace(INVITE, text=text, html=text))
    expected = re.sub("\r\n|\r", "\n", text + "\n")
    for kind in ("plain", "html"):
        assert content(message.get_body((kind,))).rstrip("\n") == expected.rstrip("\n")


NOT_ONE = [
    "",
    "anna",
    "anna@",
    "@example.org",
    "a@ex.org, b@ex.org",
    "a@ex.org b@ex.org",
    "Anna <a@ex.org>",
    "<a@ex.org>",
]
NOT_PLAIN = ["a@b@ex.org", "a@ex.org\r\nBcc: b@ex.org", "a@ex.org\n", " a@ex.org", "a(b)@ex.org", '"a b"@ex.org']
NOT_SENT = [
    "a@[10.0.0.1]",
    "å@ex.org",
    "a@öl.example",
    "a..b@ex.org",
    ".a@ex.org",
    "a@ex..org",
    "a@-ex.org",
    "a\x00@ex.org",
]


@pytest.mark.parametrize("address", [*NOT_ONE, *NOT_PLAIN, *NOT_SENT, "x" * 65 + "@example.org"])
@pytest.mark.parametrize("field", ["recipient", "reply_to", "sender"])
def test_exactly_one_address(address: str, field: str) -> None:
    value: Any = ("Anna", address) if field == "sender" else address
    with pytest.raises(ValueError, match="not exactly one mail address") as refused:
        compose(replace(INVITE, **{field: value}))
    assert not address.strip() or address not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["anna@example.org", "Anna.Berg+x@EXAMPLE.org", "o'neil@a.b.c.d", "a@xn--l-0ga.example", "x@localhost"]
)
def test_addresses_that_are_fine(address: str) -> None:
    assert parsed(replace(INVITE, recipient=address))["To"].addresses[0].addr_spec == address


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "delivery.1@example.org"},
        {"message_id": "<a b@example.org>"},
        {"message_id": "<a@example.org>\r\nBcc: x@y"},
        {"references": ("<a@b>", "c")},
        {"date": datetime(2026, 9, 1)},  # noqa: DTZ001
        {"sender": ("Anna\r\nBcc: eve@example.com", "anna@example.org")},
        {"subject": "Hej\nBcc: eve@example.com"},
        {"subject": "Hej\x00"},
        {"subject": "Hej\u2028"},
    ],
)
def test_what_no_header_can_be(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Message-ID|aware|control character"):
        compose(replace(INVITE, **change))


if __name__ == "__main__":
    (GOLDEN / "invite.eml").write_bytes(to_bytes(compose(INVITE)))
