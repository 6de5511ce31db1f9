"""Calendars over HTTP: revalidated by ETag, packed where the reader takes it, private, without cookies."""

import gzip
import hashlib
from collections.abc import Callable
from datetime import datetime

from flask import Response, request

# Level 1 takes a quarter of the time of 6, for a tenth more of what is left.
_PACKING = 1


def calendar(tag: str, write: Callable[[], bytes], *, changed: datetime | None, filename: str = "") -> Response:
    """The calendar that has this tag, or 304 where the reader has it already, and then nothing is written.

    Each coding is a representation with an ETag of its own (RFC 9110, 8.8.3.3), and both are known by either. A date
    alone proves nothing: names, zones and doors change without a change of a meeting.
    """
    packed = request.accept_encodings.quality("gzip") > 0
    tags = {False: tag, True: f"{tag}-gzip"}
    if request.if_none_match and any(request.if_none_match.contains_weak(each) for each in tags.values()):
        response = Response(status=304)
    else:
        response = Response(_packed(write()) if packed else write(), content_type="text/calendar; charset=utf-8")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        if filename:
            response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.set_etag(tags[packed])
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "private, max-age=900"
    if changed is not None:  # None would be taken for now
        response.last_modified = changed
    return response


def calendar_file(content: bytes, *, changed: datetime | None, filename: str) -> Response:
    """The same for a calendar of one entry, which is written in any case."""
    tag = hashlib.sha256(content).hexdigest()[:32]
    return calendar(tag, lambda: content, changed=changed, filename=filename)


def _packed(content: bytes) -> bytes:
    """The same bytes each time: no clock stands in them."""
    return gzip.compress(content, _PACKING, mtime=0)
