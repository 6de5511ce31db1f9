"""Mail in a Maildir, read by Python's mailbox."""

import mailbox
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from integrations.mail import mailer
from integrations.mail.message import compose
from integrations.outcome import Retry
from tests.integrations.mail.test_message import INVITE, NOTICE


def lying_in(folder: Path) -> mailbox.Maildir:
    return mailbox.Maildir(folder, create=False)


def test_a_mail_lies_in_new_and_says_what_was_sent(tmp_path: Path) -> None:
    mailer(f"maildir:{tmp_path}/var/mail").send(compose(INVITE))
    (file,) = (tmp_path / "var" / "mail" / "new").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert (message["Subject"], message["Message-ID"]) == (INVITE.subject, INVITE.message_id)
    (attachment,) = [part for part in message.walk() if part.get_filename() == "invite.ics"]
    assert attachment.get_payload(decode=True) == INVITE.calendar
    assert [each["Message-ID"] for each in lying_in(tmp_path / "var" / "mail")] == [INVITE.message_id]
    assert list((tmp_path / "var" / "mail" / "tmp").iterdir()) == []


def test_the_same_mail_lies_there_once_and_another_beside_it(tmp_path: Path) -> None:
    out = mailer(f"maildir:{tmp_path}")
    for mail in (INVITE, INVITE, replace(NOTICE, message_id="<other@example.org>"), INVITE):
        out.send(compose(mail))
    assert len(lying_in(tmp_path)) == 2


def test_a_mail_that_a_reader_has_seen_does_not_come_again(tmp_path: Path) -> None:
    out = mailer(f"maildir:{tmp_path}")
    out.send(compose(INVITE))
    (file,) = (tmp_path / "new").iterdir()
    file.rename(tmp_path / "cur" / f"{file.name}:2,S")
    out.send(compose(INVITE))
    assert list((tmp_path / "new").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(Retry, match="cannot be written"):
        mailer(f"maildir:{tmp_path}/mail").send(compose(INVITE))


@pytest.mark.parametrize(
    "url", ["", "maildir:", "imap://example.org", "smtp:", "smtp://", "smtps://:465", "smtp://host/path"]
)
def test_what_is_no_way_out(url: str) -> None:
    with pytest.raises(ValueError, match=r"Mail goes to|A mail server is"):
        mailer(url)


def test_a_check_says_where_and_leaves_no_mail(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    assert mailer(f"maildir:{folder}").check() == f"mail is written into {folder / 'new'}"
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    (tmp_path / "file").write_text("")
    with pytest.raises(Retry, match="cannot be written"):
        mailer(f"maildir:{tmp_path / 'file'}").check()
