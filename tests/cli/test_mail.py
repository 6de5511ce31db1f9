"""`traff mail test`: one invite, the way real ones go."""

import mailbox

import icalendar

from tests.cli.shell import Shell
from tests.world import PostOffice, calendar_of, payload_of, text_of


def test_an_invite_goes_the_way_invites_go(shell: Shell) -> None:
    post = PostOffice()
    with post.open() as url:
        said = shell.says("mail", "test", "anna@example.com", TRAFF_MAIL_URL=url, TRAFF_MAIL_FROM="traff@example.org")
    (mail,) = post.mails()
    assert said[0].startswith("Sent to anna@example.com: 127.0.0.1 port ")
    assert mail["To"] == "anna@example.com"
    calendar = calendar_of(mail)
    assert calendar["METHOD"] == "REQUEST"
    (event,) = calendar.events
    assert str(event["ATTENDEE"]) == "mailto:anna@example.com"
    assert "Träff (test)" in text_of(mail)


def test_each_is_another_meeting_and_in_the_language_asked_for(shell: Shell) -> None:
    for locale in ("sv", "en"):
        said = shell.says("mail", "test", "anna@example.com", "--locale", locale)
        assert said[0] == "Sent to anna@example.com: mail is written into var/mail/new."
    mails = list(mailbox.Maildir(shell.folder / "var" / "mail", create=False))
    uids = set()
    for mail in mails:
        part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
        uids.add(str(icalendar.Calendar.from_ical(payload_of(part)).events[0]["UID"]))
    assert len(uids) == 2
    assert {mail["Subject"].startswith("=?") or "Mentor meeting" in mail["Subject"] for mail in mails} == {True}


def test_what_went_wrong_is_one_sentence(shell: Shell) -> None:
    smtp = {"TRAFF_MAIL_URL": "smtp://user:geheim@127.0.0.1:1", "TRAFF_MAIL_FROM": "traff@example.org"}
    assert shell.refuses("mail", "test", "a@example.com", **smtp) == (
        "traff: The mail server cannot be reached: Connection refused."
    )
    assert "no e-mail address" in shell.refuses("mail", "test", "nobody")
