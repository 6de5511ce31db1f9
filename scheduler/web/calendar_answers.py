"""Calendars over HTTP: revalidated by ETag, private, without cookies."""

import hashlib
from datetime import datetime

from flask import Response, request


def calendar(content: bytes, *, changed: datetime | None, filename: str = "") -> Response:
    """The calendar, or 304 where the reader has these very bytes already (RFC 9110 section 13)."""
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Cache-Control"] = "private, max-age=900"
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    if changed is not None:  # None would be taken for now
        response.last_modified = changed
    if filename:
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    if request.if_none_match:  # a date alone does not tell: names, zones and doors change without a meeting's change
        response.make_conditional(request)
    return response
