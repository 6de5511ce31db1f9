"""Notices of mails that came back: read in each common form, and nothing else is taken for one."""

import pytest

from integrations.mail.bounce import Bounce, read
from tests.integrations.ical import mails
from tests.integrations.mail.notices import BODY, MAIL, MESSAGE_ID, ZOE, exchange, gmail, qmail, report

FULL = Bounce(MESSAGE_ID, ZOE, "5.1.1")


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (report(), FULL),
        (report().replace(b"\r\n", b"\n"), FULL),
        (report(kind="text/rfc822-headers"), FULL),
        (report(recipient="ZOE@Uni.example"), FULL),
        (report(recipient="<zoe@uni.example>"), FULL),
        (report(mail=None), Bounce("", ZOE, "5.1.1")),
        (report(mail=None, head=f"In-Reply-To: {MESSAGE_ID}\r\n"), FULL),
        (report(mail="Subject: no id\r\n\r\n"), Bounce("", ZOE, "5.1.1")),
        (report(action="Failed"), FULL),
        (report(status="5.7.1 (refused)", more=""), Bounce(MESSAGE_ID, ZOE, "5.7.1")),
        (report(status="4.4.7", more=""), Bounce(MESSAGE_ID, ZOE, "")),  # given up after days of delay
        (exchange(), Bounce(MESSAGE_ID, ZOE, "5.1.10")),
        (gmail(), FULL),
        (qmail(), FULL),
        (qmail(why="no"), Bounce(MESSAGE_ID, ZOE, "")),
        (qmail().replace(b"\r\n", b"\n"), FULL),
    ],
)
def test_says_which_mail_did_not_reach_whom_and_why(notice: bytes, expected: Bounce) -> None:
    assert read(notice) == expected


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "", "x"])
def test_what_may_still_arrive_or_has_is_none(action: str) -> None:
    assert read(report(action=action)) is None
    assert read(report(action=action, status="4.2.2")) is None


def test_the_one_who_failed_of_several_is_meant() -> None:
    first = "Action: delayed\r\nStatus: 4.2.2\r\nFinal-Recipient: rfc822; a@uni.example\r\n\r\nFinal-Recipient:"
    assert read(report().replace(b"Final-Recipient:", first.encode(), 1)) == FULL


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"x",
        MAIL.encode() + BODY.encode(),
        mails.mail(mails.answer()),
        mails.mail(None, Auto_Submitted="auto-replied"),
        mails.forwarded(report()),  # somebody shows us a notice: it is not about this mail
        report().replace(b"message/delivery-status", b"message/disposition-notification"),
        report().replace(b"message/delivery-status", b"message/rfc822"),
        qmail().replace(b"Hi. This is the", b"Hello. This is the"),
        qmail().replace(b"<zoe@uni.example>:", b"zoe@uni.example"),
        b"\x00" * 999,
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n",
    ],
)
def test_nothing_else_is_one(mail: bytes) -> None:
    assert read(mail) is None


@pytest.mark.parametrize(
    "written", ["<>", "<a>", "no id", "<a@b", "<\x00@b.example>", "<" + "a" * 5000 + "@b.example>"]
)
def test_what_is_no_message_id_is_none(written: str) -> None:
    found = read(report(mail=f"Message-ID: {written}\r\n\r\n"))
    assert found == Bounce("", ZOE, "5.1.1")
