"""Where a mail server hands over what comes to our addresses: calendars' answers. It proves itself by a secret."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, abort, request

from scheduler.programme.replies import inbound
from scheduler.programme.replies.arrived import Arrived
from scheduler.web.site import site

LARGEST = 2 * 1024 * 1024 + 64 * 1024  # octets: the largest mail that is read, and what a form puts around it
FORM_FIELDS = ("body-mime", "email")  # in which services that post forms put the whole mail
JSON_FIELD = "RawEmail"  # Postmark's

blueprint = Blueprint("mail_hook", __name__)


@dataclass(frozen=True)
class MailHook:
    """The secret that a mail server must know, and what reads a mail, given with the envelope's recipients."""

    secret: str = field(repr=False)
    read: Callable[[bytes, Sequence[str]], Sequence[Arrived]]


@blueprint.post("/hooks/mail")
@blueprint.post("/hooks/mail/mime")  # Mailgun hands over the mail itself only where an address ends in "mime"
def mail() -> Response:
    """204 once the mail is taken in, also for one that changes nothing: there is no use in sending it again.

    The body is the mail itself, or a form or JSON with a field that holds it. 404 where no secret is set, 401 without
    it, 400 where there is no mail, 413 for one that is too large, and 503 while the database does not answer.
    """
    hook = site().mail_hook or abort(404)
    if not _knows(hook.secret):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
    request.max_content_length = request.max_form_memory_size = LARGEST
    content = _content() or abort(400)
    arrived = hook.read(content, request.form.getlist("recipient")[:10])
    with site().database.writing() as db:
        inbound.take_all(db, arrived, now=site().clock())
    return Response(status=204)


def _knows(secret: str) -> bool:
    """Whether the request bears the secret, as a token or as the password of an address with any user."""
    given = request.authorization
    told = (given.token or given.password or "") if given else ""
    return hmac.compare_digest(*(hashlib.sha256(text.encode()).digest() for text in (told, secret)))


def _content() -> bytes:
    """The mail. Forms and JSON are text, in which bytes that are none are lost; what decides in an answer is ASCII."""
    if request.mimetype == "application/json":
        told = request.get_json(silent=True)
        content = told.get(JSON_FIELD) if isinstance(told, dict) else None
        return content.encode(errors="replace") if isinstance(content, str) else b""
    if request.mimetype not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return request.get_data(cache=False)
    return next((request.form[name].encode() for name in FORM_FIELDS if request.form.get(name)), b"")
