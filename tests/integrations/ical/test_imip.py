"""Mails that come in: the samples read as expected, and hostile ones told for what they are, quickly.

Each limit has its control: with the limit off, the same mail is read.
"""

import json
import re
import time
from datetime import datetime
from pathlib import Path

import pytest

from integrations.ical import imip
from integrations.ical.imip import read
from integrations.ical.read import Answer, Trouble
from tests.integrations.ical.mails import ATTENDEE, ORGANIZER, SECONDS, UID, answer, forwarded, mail, nested


def written(at: datetime | None) -> str | None:
    return at.strftime("%Y%m%dT%H%M%SZ") if at else None


def told(found: Answer) -> dict[str, object]:
    """The answer as expected.json tells it."""
    said = {name: getattr(found, name) for name in ("method", "uid", "attendee", "partstat", "sequence", "organizer")}
    times = {"dtstamp": found.dtstamp, "start": found.starts_at, "end": found.ends_at}
    said |= {name: written(at) for name, at in times.items() if at}
    return said | ({"recurrence_id": written(found.recurrence_id)} if found.recurrence_id else {})


def test_every_sample_is_read_as_expected(contracts: Path) -> None:
    samples = contracts / "itip-samples"
    expected = json.loads((samples / "expected.json").read_text())
    found = {path.name: read(path.read_bytes()) for path in samples.glob("*.eml")}
    assert {name: [told(each) for each in incoming.answers] for name, incoming in found.items()} == {
        name: [reading] for name, reading in expected.items()
    }
    for incoming in found.values():
        assert incoming.trouble is None
        assert incoming.sender == incoming.answers[0].attendee
        assert incoming.recipients == (ORGANIZER,)
        assert not incoming.forged


def test_a_mail_says_who_sent_it_to_whom() -> None:
    found = read(mail(answer(), Delivered_To="E-7HQ2V9@in.example.org", Cc="a@b.example, C <c@d.example>"))
    assert found.sender == ATTENDEE
    assert found.recipients == (ORGANIZER, "a@b.example", "c@d.example")
    assert found.message_id == "<1@uni.example>"
    (only,) = found.answers
    assert (only.uid, only.partstat) == (UID, "ACCEPTED")


@pytest.mark.parametrize("sender", ["a@b.example, c@d.example", "nobody", "<>", ""])
def test_a_sender_who_is_not_one_address_is_nobody(sender: str) -> None:
    plain = re.sub(rb"^From: .*", f"From: {sender}".encode(), mail(answer()))
    assert read(plain).sender == ""


def test_two_senders_are_nobody() -> None:
    assert read(b"From: evil@x.example\r\n" + mail(answer())).sender == ""


@pytest.mark.parametrize("kind", ["text/calendar", "application/ics"])
def test_the_calendar_is_known_by_its_type(kind: str) -> None:
    assert len(read(mail(answer(), kind=kind)).answers) == 1
    assert len(read(mail(answer(), kind=kind, method=None)).answers) == 1


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/x-ics"])
def test_a_file_name_makes_no_answer(kind: str) -> None:
    found = read(mail(answer(), kind=kind, method=None))
    assert (found.answers, found.trouble) == ((), Trouble.NO_ANSWER)


def test_the_part_that_announces_an_answer_goes_before_one_that_says_nothing() -> None:
    both = mail(answer("REQUEST"), method=None).replace(b"method=REPLY", b"")
    assert read(both).trouble is Trouble.NOT_FOR_US
    request = mail(answer("REQUEST"), method="REQUEST")
    assert read(request).trouble is Trouble.NOT_FOR_US


def test_a_method_that_the_mail_and_the_calendar_do_not_share_is_none() -> None:
    assert read(mail(answer("COUNTER", dtstart="20261201T090000Z"))).trouble is Trouble.CONTRADICTORY


def test_what_is_forwarded_is_another_ones_answer() -> None:
    found = read(forwarded(mail(answer())))
    assert (found.answers, found.trouble) == ((), Trouble.NO_ANSWER)
    assert len(read(mail(answer())).answers) == 1, "the control: by itself it is one"


def test_an_out_of_office_is_told_from_a_letter() -> None:
    assert read(mail(None)).trouble is Trouble.NO_ANSWER
    for headers in ({"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Return_Path": "<>"}):
        assert read(mail(None, **headers)).trouble is Trouble.AUTOMATIC
    assert len(read(mail(answer(), Auto_Submitted="auto-generated")).answers) == 1, "as Gmail's answers are"


def test_our_own_server_knows_a_forger() -> None:
    said = "mx.example.org; dkim=none; dmarc=fail header.from=uni.example"
    assert read(mail(answer(), Authentication_Results=said)).forged
    lower = b"Authentication-Results: mx; dmarc=pass\r\n" + mail(answer(), Authentication_Results=said)
    assert not read(lower).forged, "only the topmost is our server's"


BOMBS = {
    "200 levels": (nested(200, answer().encode()), Trouble.TOO_NESTED),
    "17 levels": (nested(16, answer().encode()), Trouble.TOO_NESTED),
    "20 MB": (mail(answer(comment="x" * 20_000_000)), Trouble.TOO_LARGE),
    "a million lines": (mail(None) + b"\r\n" * 1_000_000, Trouble.TOO_LARGE),
    "a calendar of 1 MB": (mail(answer(comment="x" * 1_000_000)), Trouble.TOO_LARGE),
    "257 parts": (
        b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
        + b"--x\r\n\r\ntext\r\n" * 257 + b"--x--\r\n",
        Trouble.TOO_MANY_PARTS,
    ),
    "a header of 1 MB": (b"From: " + b"a" * 1_000_000 + b"\r\n\r\n", Trouble.NO_ANSWER),
    "quotes without end": (b"Content-Type: text/calendar; " + b'";' * 500_000 + b"\r\n\r\n", Trouble.NO_ANSWER),
    "nothing": (b"", Trouble.NO_ANSWER),
    "no mail": (b"\x00\xff" * 1000, Trouble.NO_ANSWER),
    "an unknown charset": (
        mail(answer()).replace(b"text/calendar;", b"text/calendar; charset=x-nope;"), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("written", [b"zo\x00e@uni.example", b'"zo\x00e"@uni.example', b"zoe@uni.example\x1b"])
def test_an_address_that_cannot_be_printed_is_nobodys(written: bytes) -> None:
    with_it = mail(answer()).replace(ATTENDEE.encode(), written, 1)
    assert (read(with_it).sender, read(mail(answer())).sender) == ("", ATTENDEE)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_goes_off_nowhere(name: str) -> None:
    bomb, why = BOMBS[name]
    began = time.thread_time()
    assert read(bomb).trouble is why
    assert time.thread_time() - began < SECONDS


def test_the_deepest_that_is_allowed_is_read_and_with_the_limits_off_more_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read(nested(15, answer().encode())).answers) == 1
    monkeypatch.setattr(imip, "DEEPEST", 1000)
    monkeypatch.setattr(imip, "_MOST_CONTAINERS", 1000)
    assert len(read(nested(200, answer().encode())).answers) == 1
    monkeypatch.setattr(imip, "LARGEST", 100_000_000)
    monkeypatch.setattr(imip, "_MOST_LINES", 100_000_000)
    large = mail(None) + b"\r\n" * 1_000_000
    assert read(large).trouble is Trouble.NO_ANSWER
