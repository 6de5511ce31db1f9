"""What a check found: a line each, good or bad."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import click

from integrations.outcome import Rejected, Retry
from integrations.zoom import account
from integrations.zoom.client import ZoomClient
from integrations.zoom.errors import HostNotAllowed
from scheduler.settings import ZoomSettings

MARKS = {True: "ok ", False: "BAD", None: "-- "}


@dataclass(frozen=True)
class Finding:
    """Of `what`, in a few words without any secret; `good` is None of what may be as it is, and should be known."""

    what: str
    said: str
    good: bool | None = True


def tell(findings: Iterable[Finding]) -> int:
    """Prints the findings as they come; 1 if one is bad, else 0."""
    bad = 0
    for found in findings:
        click.echo(f"{MARKS[found.good]} {found.what:<10} {found.said}")
        bad |= found.good is False
    return bad


def of_zoom(zoom: ZoomClient, settings: ZoomSettings, changes: Callable[[str], int | None]) -> Iterator[Finding]:
    """Whether Zoom takes our credentials, the app has its scopes, and each host of the pool may hold meetings.

    `changes` says how many of a host's 100 changes of the day are used, if that is known.
    """
    try:
        scopes = zoom.scopes()
    except Retry as refused:
        yield Finding("Zoom", f"{refused}.", good=False)
        return
    lacking = account.missing(scopes)
    said = (
        f"the app lacks {', '.join(lacking)}; add them to its scopes" if lacking else "credentials and scopes are fine"
    )
    yield Finding("Zoom", said, good=not lacking)
    for host in settings.hosts:
        yield of_host(zoom, host.email, changes(host.email))


def of_host(zoom: ZoomClient, email: str, used: int | None) -> Finding:
    """Whether this user may hold meetings of any length; `used` is how many of the day's 100 changes are gone."""
    what = f"host {email}"
    try:
        found = zoom.user(email)
    except HostNotAllowed:
        why = "Zoom knows no such user in this account; mend TRAFF_ZOOM_HOSTS or add the user"
        return Finding(what, why, good=False)
    except (Retry, Rejected) as refused:
        return Finding(what, f"{refused}.", good=False)
    if not found.active:
        why = "the user is not active at Zoom; let them accept Zoom's invitation, or activate them"
        return Finding(what, why, good=False)
    if not found.licensed:
        why = f"has no licence ({found.kind}), so meetings end after 40 minutes; give it one"
        return Finding(what, why, good=False)
    budget = "" if used is None else f", {used} of 100 changes used today (UTC)"
    return Finding(what, f"licensed and active{budget}")
