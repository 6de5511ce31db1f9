"""Mail into a local Maildir folder, for a trial without a mail server."""

import os
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile

from integrations.mail.message import to_bytes
from integrations.outcome import Retry


class MaildirMailer:
    """Puts each mail into a Maildir, which is made if it is not there; most mail programs can open one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        """Lays the message into `new/`, on disk when this returns.

        The file is named after the Message-ID, so a mail that is sent twice lies there once, also where a reader has
        moved it to `cur/`. Lines end in LF, as local mail does. Retry if the folder cannot be written.
        """
        name = sha256(str(message["Message-ID"]).encode()).hexdigest()[:32]
        try:
            self._deliver(name, to_bytes(message).replace(b"\r\n", b"\n"))
        except OSError as error:
            raise Retry(f"The mail folder cannot be written: {error.strerror}.") from error

    def check(self) -> str:
        """Where mail goes, for an operator. Raises Retry if nothing can be written there."""
        try:
            for each in ("tmp", "new", "cur"):
                (self._folder / each).mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self._folder / "tmp"):
                return f"mail is written into {self._folder / 'new'}"
        except OSError as error:
            raise Retry(f"The mail folder cannot be written: {error.strerror}.") from error

    def _deliver(self, name: str, content: bytes) -> None:
        for each in ("tmp", "new", "cur"):
            (self._folder / each).mkdir(parents=True, exist_ok=True)
        if (self._folder / "new" / name).exists() or any((self._folder / "cur").glob(f"{name}*")):
            return
        unfinished = self._folder / "tmp" / f"{name}.{os.getpid()}"
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._folder / "new" / name)
        _sync(self._folder / "new")


def _sync(folder: Path) -> None:
    """The rename itself is on disk only when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
