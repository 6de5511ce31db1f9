"""IMAP against a server that behaves, and one that does not: what is fetched, what is marked, what a failure means."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from integrations.mail.imap import MOST, ImapInbox
from integrations.outcome import Rejected, Retry
from tests.imap_server import DROP, PASSWORD, USER, Mailbox

ENOUGH = 10_000


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def inbox(mailbox: Mailbox, certificate: Path, trusted: None) -> Iterator[ImapInbox]:
    with mailbox.serve(certificate) as port:
        yield ImapInbox(address(port))


def address(port: int, *, password: str = PASSWORD, folder: str = "Answers") -> str:
    return f"imaps://{quote(USER)}:{quote(password, safe='')}@localhost:{port}/{folder}"


def port_of(inbox: ImapInbox) -> int:
    return inbox._port


def fetched(inbox: ImapInbox, *, mark: bool = True) -> list[bytes]:
    with inbox.open() as folder:
        found = []
        for uid in folder.waiting():
            found.append(folder.fetch(uid, most=ENOUGH).content)
            if mark:
                folder.mark_taken(uid)
        return found


def test_what_waits_is_fetched_as_it_came_and_marked(inbox, mailbox):
    mails = [b"Subject: one\r\n\r\n)\r\n* 1 FETCH (\r\n", "Subject: två\r\n\r\nÅ\xff".encode("latin-1"), b"x"]
    for mail in mails:
        mailbox.put(mail)
    assert fetched(inbox) == mails
    assert [mail.flags for mail in mailbox.mails] == [{r"\Answered", r"\Seen"}] * 3
    assert fetched(inbox) == []
    mailbox.put(b"four")
    assert fetched(inbox) == [b"four"]


def test_what_is_not_marked_comes_again_and_looking_marks_nothing(inbox, mailbox):
    mailbox.put(b"one")
    assert fetched(inbox, mark=False) == fetched(inbox, mark=False) == [b"one"]
    assert mailbox.mails[0].flags == set()


def test_what_people_have_read_is_still_taken_but_not_what_they_have_deleted(inbox, mailbox):
    mailbox.put(b"read").flags.add(r"\Seen")
    mailbox.put(b"deleted").flags.add(r"\Deleted")
    assert fetched(inbox) == [b"read"]


def test_a_folder_that_was_numbered_anew_is_fetched_by_its_new_numbers(inbox, mailbox):
    for mail in (b"one", b"two"):
        mailbox.put(mail)
    assert fetched(inbox) == [b"one", b"two"]
    mailbox.put(b"three")
    mailbox.renumber()
    assert fetched(inbox) == [b"three"]


def test_of_a_large_mail_comes_the_beginning_and_its_size(inbox, mailbox):
    mailbox.put(b"y" * 50_000)
    with inbox.open() as folder:
        (uid,) = folder.waiting()
        letter = folder.fetch(uid, most=ENOUGH)
        assert (len(letter.content), letter.size) == (ENOUGH, 50_000)


def test_a_mail_that_is_gone_is_none(inbox, mailbox):
    mailbox.put(b"one")
    with inbox.open() as folder:
        (uid,) = folder.waiting()
        mailbox.mails.clear()
        assert folder.fetch(uid, most=ENOUGH) is None
        folder.mark_taken(uid)


def test_there_is_a_limit_to_how_many_come_at_once(inbox, mailbox):
    for number in range(MOST + 5):
        mailbox.put(b"%d" % number)
    with inbox.open() as folder:
        assert folder.waiting() == [str(number + 1) for number in range(MOST)]


def test_a_check_says_what_waits_where(inbox, mailbox):
    mailbox.put(b"one")
    assert inbox.check() == "1 mails wait in Answers at localhost"
    mailbox.permanent = r"\Seen"
    with pytest.raises(Retry, match="cannot mark mails as answered"):
        inbox.check()


@pytest.mark.parametrize("command", ["AUTHENTICATE", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
@pytest.mark.parametrize("answer", [DROP, "NO [ALERT] because of secret words", "BAD what"])
def test_a_server_that_fails_is_asked_again_later(inbox, mailbox, command, answer):
    mailbox.put(b"one")
    mailbox.answers[command] = answer
    refused = Rejected if command == "UID FETCH" and answer.startswith("NO") else Retry
    with pytest.raises(refused) as raised:
        fetched(inbox)
    told = str(raised.value)
    assert not [word for word in ("secret", USER, PASSWORD, "because") if word in told]
    mailbox.answers.clear()
    assert fetched(inbox) == [b"one"]  # the control, and nothing was lost


def test_a_mail_that_the_server_cannot_hand_out_is_no_reason_to_leave_the_others(inbox, mailbox):
    mailbox.put(b"one")
    mailbox.answers["UID FETCH"] = "NO [SERVERBUG] secret words"
    with inbox.open() as folder:
        (uid,) = folder.waiting()
        with pytest.raises(Rejected, match="does not hand it out"):
            folder.fetch(uid, most=100)
        mailbox.answers.clear()
        assert folder.fetch(uid, most=100).content == b"one"  # the session goes on


def test_a_wrong_password_or_folder_is_told_without_it(inbox, mailbox):
    port = port_of(inbox)
    for url, told in (
        (address(port, password="wrong-password"), "The mailbox's server refuses the password."),
        (address(port, folder="Nothing"), "The mailbox's server refuses the folder Nothing."),
    ):
        with pytest.raises(Retry) as raised:
            ImapInbox(url).check()
        assert str(raised.value) == told


def test_a_server_that_nobody_vouches_for_gets_no_password(mailbox, certificate):
    with mailbox.serve(certificate) as port, pytest.raises(Retry, match="not to be trusted"):
        ImapInbox(address(port)).check()
    assert mailbox.sessions == 0


def test_a_server_that_is_away_is_asked_again_later():
    with pytest.raises(Retry, match="does not answer"):
        ImapInbox("imaps://a:b@localhost:1").check()


def test_a_silent_server_is_not_waited_for_without_end(inbox, mailbox):
    slow = ImapInbox(address(port_of(inbox)), timeout=0.3)
    mailbox.answers["SELECT"] = "* still thinking"  # and never the answer itself
    with pytest.raises(Retry, match="does not answer"):
        slow.check()


@pytest.mark.parametrize(
    "url",
    [
        "imap://a:b@example.org", "imaps://a@example.org", "imaps://:b@example.org", "imaps://example.org",
        "imaps://a:b@", "imaps://a:b@example.org/?x=1", "imaps://a:b@example.org/L%C3%A5da", "imaps://a:b@x.org/a%0Ab",
    ],
)  # fmt: skip
def test_an_address_of_another_form_is_none(url):
    with pytest.raises(ValueError, match="A "):
        ImapInbox(url)
