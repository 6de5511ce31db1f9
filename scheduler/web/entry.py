"""The way in: which of our pages somebody may be led to, and to sign in first where a page is for whom we know."""

from flask import current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from scheduler.programme import access
from scheduler.web.site import signed_in

LONGEST_WAY = 500


def own_page(address: str) -> str:
    """The address, if one of our pages answers there, else nothing: nobody is sent elsewhere from here."""
    return address if _endpoint(address) else ""


def way_back(address: str) -> str:
    """The same for after signing in: not to where one signs in, and not to an address that holds somebody's token."""
    endpoint, arguments = _endpoint(address) or ("sign_in", {})
    return "" if endpoint.startswith("sign_in") or "token" in arguments or len(address) > LONGEST_WAY else address


def sign_in_first() -> Response | None:
    """For `before_request` of pages that need to know who is there: sign in, and come back."""
    if signed_in():
        return None
    wanted = request.full_path.removesuffix("?") if request.method in {"GET", "HEAD"} else ""
    return redirect(url_for("sign_in.ask", next=way_back(wanted) or None), 303)


def home_of(db: Session, email: str) -> str:
    """The page that this address works on: the only desk, one's own, the only event that one leads, or the first."""
    desks, led = access.desks_of(db, email), access.events_led_by(db, email)
    if len(desks) == 1:
        return url_for("desk.start", slug=desks[0].programme.slug)
    if access.person_of(db, email):
        return url_for("me.show")
    if len(led) == 1 and not desks:
        return url_for("desk.event_registrations", slug=led[0].programme.slug, event_id=led[0].id)
    return url_for("public.start")


def _endpoint(address: str) -> tuple[str, dict[str, object]] | None:
    """The view that answers a GET there, and its arguments."""
    path = address.partition("?")[0]
    if not path.startswith("/") or path.startswith("//") or not address.isprintable():
        return None
    try:
        endpoint, arguments = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    return str(endpoint), dict(arguments)
