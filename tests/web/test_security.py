"""What every answer carries, which hosts we answer to, and which forms we take."""

import dataclasses
from collections.abc import Iterator

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from werkzeug.test import TestResponse

from scheduler.web import LARGEST_FORM, create_web
from tests.builders import LINKS
from tests.web.conftest import SETTINGS, Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, everything

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


class Yesterday(TimestampSigner):
    def get_timestamp(self) -> int:
        return super().get_timestamp() - 24 * 3600


def every_kind_of_answer(stage: Stage) -> Iterator[tuple[str, TestResponse]]:
    """A page, a calendar, a file, redirects, refusals, and what we do not have."""
    stage.app.add_url_rule("/broken", "broken", lambda: str(1 // 0))
    visitor = stage.visitor(email=ALL)
    token = visitor.read("/").form("/language").fields["csrf_token"]
    for address in ("/", "/p/mentor/events.ics", "/p/mentor/e/workshop.ics", "/static/traff.css", "/c/mentor/", "/c/x/",
                    "/p/mentor", "/nothing", "/sign-in/x", "/j/x", "/feeds/x.ics", "/static/nothing.css"):  # fmt: skip
        yield address, visitor.get(address)
    yield "door", visitor.get(stage.door())
    yield "joined", visitor.post(stage.door())
    yield "not ready", visitor.post(stage.door("pending"))
    yield "feed", visitor.get(stage.feed("physics"))
    yield "refused form", visitor.post("/language")
    yield "spent", visitor.post("/sign-in/x", {"csrf_token": token})
    yield "not allowed", visitor.post("/")
    yield "elsewhere", visitor.client.get("/", base_url="https://evil.example")
    yield "signed out", visitor.post("/sign-out", {"csrf_token": token})
    yield "nobody at the desk", stage.visitor().get("/c/mentor/")
    yield "broken", visitor.get("/broken")


class TestHeaders:
    def test_on_every_kind_of_answer(self, stage: Stage) -> None:
        answers = dict(every_kind_of_answer(stage))
        assert {answer.status_code for answer in answers.values()} == {200, 303, 308, 400, 404, 405, 409, 410, 500}
        for name, answer in answers.items():
            policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
            assert policy.pop("form-action").startswith("'self'"), name
            assert policy == POLICY, name
            assert answer.headers["X-Content-Type-Options"] == "nosniff", name
            assert answer.headers["Referrer-Policy"] == "same-origin", name
            assert answer.headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()", name
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", name

    def test_no_page_is_kept_by_a_cache(self, stage: Stage) -> None:
        for name, answer in every_kind_of_answer(stage):
            if answer.mimetype == "text/html":
                assert answer.headers["Cache-Control"] == "private, no-store", name

    def test_what_is_the_same_for_all_may_be_kept(self, visitor: Visitor) -> None:
        answer = visitor.get("/static/traff.css")
        assert answer.cache_control.max_age == 3600
        assert "Set-Cookie" not in answer.headers

    def test_nothing_on_a_page_comes_from_elsewhere_or_is_written_into_it(self, stage: Stage) -> None:
        for name, answer in every_kind_of_answer(stage):
            if answer.mimetype != "text/html" or answer.status_code in {303, 308}:
                continue
            page = Page(answer.text)  # reads no style="" and no on...=""
            assert not page.all("style"), name
            assert not [script for script in page.all("script") if "src" not in script.attributes], name
            sources = [each.attributes["src"] for each in page.all() if "src" in each.attributes]
            sources += [each.attributes["href"] for each in page.all("link")]
            assert all(source.startswith("/") and not source.startswith("//") for source in sources), (name, sources)

    def test_plain_http_is_not_told_to_stay_away_from_itself(self, stage: Stage) -> None:
        settings = dataclasses.replace(SETTINGS, base_url="http://127.0.0.1:8000")
        app = create_web(settings, stage.database, LINKS, stage.clock)
        answer = app.test_client().get("/", base_url="http://127.0.0.1:8000")
        assert "Strict-Transport-Security" not in answer.headers
        assert "Secure" not in answer.headers["Set-Cookie"]


class TestHost:
    @pytest.mark.parametrize(
        "host", ["evil.example", "traff.example.org.evil.example", "evil.example:443", "xtraff.example.org"]
    )
    def test_a_foreign_one_is_refused_with_a_sentence(self, visitor: Visitor, host: str) -> None:
        answer = visitor.client.get("/", base_url=f"https://{host}")
        assert answer.status_code == 400
        assert answer.text == "The request was not understood; go back, load the page again and retry."
        assert "evil" not in answer.text

    def test_and_does_nothing(self, stage: Stage) -> None:
        before = everything(stage.database)
        link = stage.door().removeprefix(LINKS.base_url)
        assert stage.app.test_client().post(link, base_url="https://evil.example").status_code == 400
        assert everything(stage.database) == before

    @pytest.mark.parametrize("host", ["traff.example.org", "traff.example.org:8443", "localhost:8000", "127.0.0.1"])
    def test_our_own_and_this_machine_are_served(self, visitor: Visitor, host: str) -> None:
        assert visitor.client.get("/", base_url=f"https://{host}").status_code == 200

    def test_what_a_proxy_says_counts_only_where_one_is_trusted(self, stage: Stage) -> None:
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.1"}
        for proxies, secure in ((0, False), (1, True)):
            settings = dataclasses.replace(SETTINGS, trusted_proxies=proxies)
            client = create_web(settings, stage.database, LINKS, stage.clock).test_client()
            answer = client.get("/", base_url="http://traff.example.org", headers=forwarded)
            assert ("Strict-Transport-Security" in answer.headers) is secure
            assert "evil" not in answer.text


class TestForms:
    """A form is taken only from a page of ours: all POST routes but the door, whose address is as good as a token."""

    @pytest.mark.parametrize("address", ["/language", "/sign-out", "/sign-in/x", "/c/mentor/meetings/1/link"])
    def test_without_its_token_nothing_happens(self, stage: Stage, address: str) -> None:
        visitor = stage.visitor(email=ALL)
        before = everything(stage.database)
        for fields in ({}, {"csrf_token": ""}, {"csrf_token": "made-up"}):
            answer = visitor.post(address, {"link": "https://evil.example/", **fields})
            assert answer.status_code == 400
            assert "The request was not understood" in Page(answer.text).main.text
        assert everything(stage.database) == before

    def test_with_the_guard_off_it_would(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        stage.app.config["WTF_CSRF_ENABLED"] = False
        address = f"/c/mentor/meetings/{stage.world.meetings['video']}/link"
        assert visitor.post(address, {"link": "https://evil.example/"}).status_code == 303

    def test_a_token_of_another_browser_is_none(self, stage: Stage) -> None:
        token = stage.visitor().read("/").form("/language").fields["csrf_token"]
        assert stage.visitor(email=ALL).post("/sign-out", {"csrf_token": token}).status_code == 400

    def test_a_page_of_another_origin_is_none(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        fields = visitor.read("/").form("/sign-out").fields
        assert visitor.post("/sign-out", fields, page="https://evil.example/").status_code == 400

    def test_a_page_that_lay_open_over_night_still_works(self, visitor: Visitor) -> None:
        visitor.read("/")
        with visitor.client.session_transaction(base_url=LINKS.base_url) as carried:
            old = URLSafeTimedSerializer(SETTINGS.secret_key, salt="wtf-csrf-token", signer=Yesterday)
            token = str(old.dumps(carried["csrf_token"]))
        assert visitor.post("/language", {"csrf_token": token, "locale": "sv"}).status_code == 303

    def test_one_that_is_too_large_is_refused(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        address = f"/c/mentor/meetings/{stage.world.meetings['video']}"
        form = visitor.read(address).form(f"{address}/link")
        before = everything(stage.database)
        answer = visitor.send(form, link="https://x.example/" + "x" * LARGEST_FORM)
        assert answer.status_code == 413
        assert "That is too much at once; send less." in Page(answer.text).main.text
        assert everything(stage.database) == before

    def test_one_with_very_many_fields_is_refused(self, visitor: Visitor) -> None:
        assert visitor.post("/language", {f"f{n}": "" for n in range(60_000)}).status_code == 413
