"""Mail that waits in a mailbox, over IMAP (RFC 9051, and RFC 3501 before it): fetched, and marked once it is taken.

A UID means a mail only within the session in which it was asked for (UIDVALIDITY, RFC 9051 section 2.3.1.1), so the
ones that are kept say no more than where to begin, and nothing is passed over for it. What is taken is marked as
answered in the mailbox itself: unlike the mark of what was read, people who look into the mailbox do not set it.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from integrations.outcome import Rejected, Retry

PORT = 993
MOST = 100  # mails at a time; the rest at the next
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})", re.IGNORECASE)
_MARK = r"\Answered"


@dataclass(frozen=True)
class Letter:
    """A mail, or its beginning where it is larger than was asked for; `size` is the whole's, in octets."""

    content: bytes
    size: int


@dataclass
class _Left:
    """Among the mails that could not be taken, the UIDs of the one that was tried last and of the newest."""

    last: int = 0
    newest: int = 0


class Mailbox:
    """The folder, while the connection is open. Every method raises Retry where the server fails."""

    def __init__(self, connection: imaplib.IMAP4, left: _Left) -> None:
        self._connection = connection
        self._left = left

    def waiting(self) -> list[str]:
        """The UIDs of some mails that nobody has taken: those newer than all that were left, the oldest first.

        Then those that were left, in turn. So they come up again and again, and hide nothing, however many they are.
        """
        found = self._uid("SEARCH", "UNANSWERED", "UNDELETED")
        written = b" ".join(part for part in found if isinstance(part, bytes)).decode("ascii", "replace").split()
        uids = {int(uid) for uid in written if uid.isdecimal()}
        in_turn = sorted(uids, key=lambda uid: (uid <= self._left.newest, uid <= self._left.last, uid))
        return [str(uid) for uid in in_turn[:MOST]]

    def fetch(self, uid: str, *, most: int) -> Letter | None:
        """The mail, without marking it as read, and at most so many octets of it. None if it is gone.

        Rejected where the server says no to this one: it may be broken there, and others are not.
        """
        with _told():
            kind, parts = self._connection.uid("FETCH", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{most}>)")
        if kind != "OK":
            raise Rejected("The mailbox's server does not hand it out.")
        literal = next((part for part in parts if isinstance(part, tuple)), None)
        if literal is None:
            return None
        content: bytes = literal[1]
        told = b" ".join(part[0] if isinstance(part, tuple) else part for part in parts if part)
        size = _SIZE.search(told)
        return Letter(content[:most], int(size[1]) if size else len(content))

    def mark_taken(self, uid: str) -> None:
        """Nobody fetches it any more."""
        self._uid("STORE", uid, "+FLAGS.SILENT", rf"({_MARK} \Seen)")

    def leave(self, uid: str) -> None:
        """It stays as it is; others come first the next time."""
        self._left.last = int(uid)
        self._left.newest = max(self._left.newest, self._left.last)

    def keeps_marks(self) -> bool:
        """Whether a mark outlives the session (RFC 9051 section 7.1): without that, each mail would come for ever."""
        _, flags = self._connection.response("PERMANENTFLAGS")
        told = b" ".join(part for part in flags if isinstance(part, bytes)).decode("ascii", "replace")
        return not told or _MARK.lower() in told.lower()

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        with _told():
            kind, found = self._connection.uid(command, *arguments)
        if kind != "OK":
            raise Retry(f"The mailbox refuses {command}.")
        return list(found)


class ImapInbox:
    """The mailbox of `imaps://user:password@host[:993][/folder]`, percent-encoded; INBOX where no folder is named.

    Certificates are verified by the system's authorities, or those in the file that SSL_CERT_FILE names. `timeout` is
    in seconds, for each answer. ValueError for a URL of another form.
    """

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        if parts.scheme != "imaps" or not parts.hostname or not self._user or not self._password or parts.query:
            raise ValueError("A mailbox is imaps://user:password@host:port/folder.")
        if not self._folder.isascii() or not self._folder.isprintable():
            raise ValueError("A folder has a name in ASCII.")
        self._host, self._port, self._timeout = parts.hostname, parts.port or PORT, timeout
        self._left = _Left()

    @contextmanager
    def open(self) -> Iterator[Mailbox]:
        """The mailbox, from sign-in to sign-out. Retry where the server is away, not to be trusted, or says no."""
        with _told():
            connection = imaplib.IMAP4_SSL(
                self._host, self._port, ssl_context=ssl.create_default_context(), timeout=self._timeout
            )
        try:
            self._sign_in(connection)
            yield Mailbox(connection, self._left)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()
            with suppress(OSError):
                connection.shutdown()  # where signing out failed, nobody else closes it

    def check(self) -> str:
        """What waits where, in words without a password. Retry where it cannot be reached or marked."""
        with self.open() as mailbox:
            if not mailbox.keeps_marks():
                raise Retry("The mailbox cannot mark mails as answered, so they would be fetched again and again.")
            return f"{len(mailbox.waiting())} mails wait in {self._folder} at {self._host}"

    def _sign_in(self, connection: imaplib.IMAP4_SSL) -> None:
        plain = f"\0{self._user}\0{self._password}".encode()
        if "AUTH=PLAIN" in connection.capabilities:
            _asked("the password", lambda: connection.authenticate("PLAIN", lambda _: plain))
        else:
            _asked("the password", lambda: connection.login(self._user, self._password))
        quoted = self._folder.replace("\\", "\\\\").replace('"', '\\"')
        _asked(f"the folder {self._folder}", lambda: connection.select(f'"{quoted}"'))


def _asked(what: str, call: Callable[[], tuple[str, Any]]) -> None:
    with _told(what):
        kind, _ = call()
    if kind != "OK":
        raise Retry(f"The mailbox's server refuses {what}.")


@contextmanager
def _told(what: str = "what it was asked") -> Iterator[None]:
    """Failures as what they mean. The server's own words are left out: an address or a password may be in them."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Retry(f"The mailbox's server is not to be trusted: {error.verify_message}.") from error
    except (imaplib.IMAP4.abort, OSError) as error:
        raise Retry("The mailbox's server does not answer, or broke off.") from error
    except imaplib.IMAP4.error as error:
        raise Retry(f"The mailbox's server refuses {what}.") from error
