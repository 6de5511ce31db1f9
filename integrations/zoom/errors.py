"""What Zoom can answer instead of doing what it was asked, as kinds of `Retry` and `Rejected`."""

from datetime import datetime

from integrations.outcome import OutcomeUnknown, Rejected, Retry


class Unavailable(Retry):
    """Zoom is not reached, not working, or not understood; what was asked is not done, or safe to ask again."""

    widespread = True


class AnswerLost(OutcomeUnknown):
    """A meeting may have been made. Wait longer than the time-outs, then look for it by its reference."""

    widespread = True


class BadCredentials(Retry):
    """Zoom refuses our account, client or token. Someone must mend that, and then everything waiting goes through."""

    widespread = True


class RateLimited(Retry):
    """Too many calls: for a second or two, or for the whole account until `retry_at`."""

    widespread = True


class HostQuota(Retry):
    """This host has used its creates and updates of the day (100); `retry_at` is the next 00:00 UTC."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__("This host has used up its 100 changes of the day at Zoom", retry_at)


class NotFound(Rejected):
    """Zoom has no such meeting. Seen falsely for a moment now and then: ask twice before believing that one is gone."""


class HostNotAllowed(Rejected):
    """Zoom does not know this host, or it may not hold meetings (no licence, invited but not active, other account)."""


class MissingScope(Rejected):
    """The Zoom app lacks one of `scopes` (empty if Zoom did not say which)."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        named = " or ".join(scopes) or "a scope that Zoom did not name"
        super().__init__(f"The Zoom app lacks {named}; add it to the app's scopes")
        self.scopes = scopes


class Invalid(Rejected):
    """Zoom finds the request wrong; `fields` says what is wrong with which (empty if Zoom did not say)."""

    def __init__(self, reason: str, fields: dict[str, str]) -> None:
        super().__init__(reason)
        self.fields = fields
