"""Mail: what a message is made of, and the ways out of the house for it."""

from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from integrations.mail.maildir import MaildirMailer
from integrations.mail.smtp import SmtpMailer


class Mailer(Protocol):
    """A way out for mail."""

    def send(self, message: EmailMessage) -> None:
        """Sends to the one recipient in To. Raises Retry, OutcomeUnknown or Rejected (`integrations.outcome`)."""

    def check(self) -> str:
        """Where mail goes, in words without a password, after trying without sending. Raises Retry."""


def mailer(url: str) -> Mailer:
    """The mailer of `maildir:folder`, `smtp://...` or `smtps://...`. ValueError for anything else."""
    scheme, _, rest = url.partition(":")
    if scheme == "maildir" and rest:
        return MaildirMailer(Path(rest))
    if scheme in {"smtp", "smtps"}:
        return SmtpMailer(url)
    raise ValueError("Mail goes to maildir:folder, smtp://host or smtps://host.")
