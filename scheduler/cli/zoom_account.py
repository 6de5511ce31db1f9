"""What `traff zoom check` says: each thing that the account must grant, why, and what helps where it does not."""

from collections.abc import Iterator, Mapping

from integrations.outcome import Retry
from integrations.zoom import account
from integrations.zoom.client import ZoomClient
from scheduler.cli import findings
from scheduler.cli.findings import Finding
from scheduler.settings import HostSetting, Settings, ZoomSettings

# What each scope is for, and what goes wrong without it.
PURPOSES = {
    "meeting:write:meeting:admin": ("makes meetings", "no meeting gets a link"),
    "meeting:update:meeting:admin": ("moves meetings and mends their settings", "a moved meeting stays where it was"),
    "meeting:delete:meeting:admin": ("deletes what is cancelled", "what is cancelled stays at Zoom"),
    "meeting:read:meeting:admin": ("reads a meeting's link back after a change", "a changed link leads nowhere"),
    "meeting:read:list_meetings:admin": ("finds a meeting whose answer was lost", "a lost answer leaves two meetings"),
    "meeting:read:list_past_instances:admin": (
        "finds each time a meeting was opened",
        "who came is known of its last run alone",
    ),
    "meeting:read:list_past_participants:admin": ("learns who came", "nobody knows who came to what"),
    "user:read:user:admin": ("checks the hosts' licences", "a host without a licence is noticed too late"),
}
MOST_OF_A_LICENCE = 2


def look(zoom: ZoomClient, current: Settings, settings: ZoomSettings, used: Mapping[str, int]) -> Iterator[Finding]:
    """Token, scopes, hosts, how many meetings at a time, and webhooks. `used` counts a host's changes of the day."""
    try:
        scopes = zoom.scopes()
    except Retry as refused:
        yield Finding("token", f"{refused}. The app's page names its account id, client id and secret.", good=False)
        return
    yield Finding("token", "Zoom takes the credentials")
    lacking = account.missing(scopes)
    for scope, (purpose, otherwise) in PURPOSES.items():
        yield _of_scope(scope, purpose, otherwise, lacks=scope in lacking)
    for host in settings.hosts:
        yield findings.of_host(zoom, host.email, used.get(host.email, 0))
    yield from _of_concurrency(settings.hosts)
    yield _of_webhooks(current)


def _of_scope(scope: str, purpose: str, otherwise: str, *, lacks: bool) -> Finding:
    if not lacks:
        return Finding("scope", f"{scope} {purpose}")
    return Finding("scope", f"{scope} is missing, so {otherwise}; add it on the app's page, under Scopes", good=False)


def _of_concurrency(hosts: tuple[HostSetting, ...]) -> Iterator[Finding]:
    """Zoom tells nobody how many meetings a user may hold at a time: that is what the settings say, and the plan."""
    at_once = sum(host.capacity for host in hosts)
    yield Finding("pool", f"hosts: {len(hosts)}, meetings at a time: {at_once}")
    two = [host.email for host in hosts if host.capacity == MOST_OF_A_LICENCE]
    if two:
        why = "right on a Business, Education or Enterprise plan; on others, set 1 in TRAFF_ZOOM_HOSTS"
        yield Finding("pool", f"{', '.join(two)} may hold 2 at a time: {why}")
    for host in hosts:
        if host.capacity > MOST_OF_A_LICENCE:
            why = "a licence allows 2 at most; set less in TRAFF_ZOOM_HOSTS, unless an add-on allows more"
            yield Finding("pool", f"{host.email} may hold {host.capacity} at a time: {why}", good=None)


def _of_webhooks(current: Settings) -> Finding:
    address = f"{current.base_url}/hooks/zoom"
    if not current.zoom_webhook_secret:
        why = f"to hear at once who came, let the app send events to {address}, and set TRAFF_ZOOM_WEBHOOK_SECRET"
        return Finding("webhooks", f"not set up; {why} to its secret token", good=None)
    if not address.startswith("https:"):
        why = "Zoom sends to https alone, with a certificate that is known; see TRAFF_BASE_URL"
        return Finding("webhooks", f"{address} gets no events: {why}", good=False)
    return Finding("webhooks", f"the secret is set; events are to go to {address}")
