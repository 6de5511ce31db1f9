"""Answers in Zoom's own shapes and words, as recorded from it and as its API pages give them."""

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

JSON = "application/json;charset=UTF-8"
TRACKING = "v=2.0;clid=simulator;rid=WEB_0"


def answer(status: int, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; without a body, an empty one."""
    text = "" if body is None else json.dumps(body, ensure_ascii=False)
    response = Response(text, status, content_type=JSON)
    response.headers.update({"x-zm-trackingid": TRACKING, **(headers or {})})
    return response


def limits(label: str, limit: int, used: int) -> dict[str, str]:
    """The rate-limit headers that come with every answer (https://developers.zoom.us/docs/api/rate-limits/)."""
    return {
        "X-RateLimit-Category": label,
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(limit - used, 0)),
    }


def error(status: int, code: int, message: str, errors: list[dict[str, str]] | None = None, **headers: str) -> Response:
    body: dict[str, Any] = {"code": code, "message": message}
    if errors:
        body["errors"] = errors
    return answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def invalid(errors: list[dict[str, str]]) -> Response:
    return error(400, 300, "Validation Failed.", errors)


def bad_json() -> Response:
    return error(400, 300, "Request Body should be a valid JSON object.")


def bad_token(*, expired: bool) -> Response:
    return error(401, 124, "Access token is expired." if expired else "Invalid access token.")


def missing_scope(scope: str) -> Response:
    return error(400, 4711, f"Invalid access token, does not contain scopes:[{scope}].")


def no_meeting(meeting_id: int | str) -> Response:
    return error(404, 3001, f"Meeting does not exist: {meeting_id}.")


def no_user(user: str) -> Response:
    return error(404, 1001, f"User does not exist: {user}.")


def may_not_host() -> Response:
    return error(400, 3161, "Your user account is not allowed meeting hosting and scheduling capabilities.")


def no_endpoint() -> Response:
    return error(404, 2300, "This API endpoint is not recognized.")


def broken() -> Response:
    return error(500, 500, "Internal Error.")


def host_quota(limit: int) -> Response:
    """As recorded: it comes with the headers of another limit, without a type and without Retry-After."""
    message = (
        f"You have exceeded the daily rate limit ({limit}) of Meeting Create/Update API requests permitted for this"
        " particular user. You may resume these requests at GMT 00:00:00."
    )
    return error(
        429, 429, message, X_RateLimit_Category="Light", X_RateLimit_Limit="6000", X_RateLimit_Remaining="5893"
    )


def per_second(label: str) -> Response:
    message = "You have reached the maximum per-second rate limit for this API. Try again later."
    return error(
        429,
        429,
        message,
        X_RateLimit_Category=label,
        X_RateLimit_Type="QPS",
        X_RateLimit_Limit="20",
        X_RateLimit_Remaining="0",
    )


def account_quota() -> Response:
    """With headers, and a Retry-After that is an ISO date, which no HTTP library expects."""
    message = (
        "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when"
        " you can make another request."
    )
    return error(
        429,
        429,
        message,
        X_RateLimit_Category="Heavy",
        X_RateLimit_Type="Daily-limit",
        X_RateLimit_Limit="30000",
        X_RateLimit_Remaining="0",
        Retry_After="2020-05-31T00:00:00Z",
    )


def concurrent() -> Response:
    return error(429, 429, "Too many concurrent requests. A request to disassociate this user has already been made.")


def no_token(status: int, error: str, reason: str) -> Response:
    """The token endpoint has a shape of its own."""
    return answer(status, {"reason": reason, "error": error})
