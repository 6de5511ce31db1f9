"""Headers that every answer carries: nothing from elsewhere, no scripts in pages, nothing personal kept by caches."""

from flask import Flask, Response, g, request

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # Bootstrap's own signs are data: images
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def allow_form_to_reach(origin: str) -> None:
    """Lets this page's forms be redirected to `origin`, and on from there.

    Browsers hold every redirect to form-action, not only the first, and do not say so: the button would be dead. And
    meeting services do send people on, to a host of their region, or to their university's sign-in.
    """
    g.form_action = f"'self' {origin} https:"


def protect(app: Flask) -> None:
    @app.after_request
    def _protect(response: Response) -> Response:
        policy = {**POLICY, "form-action": g.get("form_action", POLICY["form-action"])}
        response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = (
            "same-origin"  # addresses hold tokens; elsewhere they are nobody's business
        )
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if not response.cache_control and response.mimetype == "text/html":
            response.headers["Cache-Control"] = "private, no-store"
        return response
