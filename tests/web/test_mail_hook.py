"""The address where a mail server hands over what comes in: who may, in which form, and how much."""

import json
from base64 import b64encode
from dataclasses import replace

import pytest
from sqlalchemy import select

from scheduler.app import make_mail_hook
from scheduler.db import Database
from scheduler.models import Receipt, Seat
from scheduler.states import Invited, Partstat
from scheduler.web import LARGEST_REQUEST, create_web, mail_hook
from tests.builders import LINKS
from tests.integrations.ical import mails
from tests.programme.answering import EMIL, a_booked_pair
from tests.walks.roads import DOMAIN, ORGANIZERS, SECRET
from tests.web.conftest import SETTINGS, Clock

OURS = ORGANIZERS.of(Invited.MEETING, 1)
BEARER = {"Authorization": f"Bearer {SECRET}"}
RAW = {"Content-Type": "message/rfc822"}


class Hook:
    def __init__(self, database, **settings):
        self.database = database
        current = replace(SETTINGS, **{"reply_domain": DOMAIN, "inbound_secret": SECRET, **settings})
        self.app = create_web(current, database, LINKS, Clock(), takes_mail=make_mail_hook(current))

    def post(self, data, headers, path="/hooks/mail"):
        return self.app.test_client().post(f"{LINKS.base_url}{path}", data=data, headers=headers)

    @property
    def partstat(self):
        with self.database.reading() as session:
            return next(
                seat.partstat for seat in session.scalars(select(Seat).order_by(Seat.id)) if seat.person.email == EMIL
            )

    @property
    def receipts(self):
        with self.database.reading() as session:
            return len(session.scalars(select(Receipt)).all())


@pytest.fixture
def hook(sqlite: Database) -> Hook:
    with sqlite.writing() as session:
        a_booked_pair(session).uid = mails.UID
    return Hook(sqlite)


def accepted(to: str = OURS) -> bytes:
    return mails.mail(mails.answer(attendee=EMIL), sender=EMIL, to=to)


def basic(password: str, user: str = "traff") -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize("headers", [BEARER, basic(SECRET), basic(SECRET, user="")])
def test_whoever_knows_the_secret_hands_over_a_mail(hook, headers):
    answer = hook.post(accepted(), {**headers, **RAW})
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Set-Cookie" not in answer.headers
    assert hook.partstat is Partstat.ACCEPTED


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer x"}, basic("x"), basic(""),
        {"Authorization": f"Bearer {SECRET}x"}, {"Authorization": f"Bearer {SECRET[:-1]}"},
        {"Authorization": "Basic ?"}, {"Authorization": f"Bearer {SECRET.upper()}"},
        {"Authorization": f'Digest username="x", response="{SECRET}"'},
    ],
)  # fmt: skip
def test_nobody_else_does(hook, headers):
    answer = hook.post(accepted(), {**headers, **RAW})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert (hook.partstat, hook.receipts) == (None, 0)


def test_without_a_secret_there_is_nothing_at_the_address(sqlite):
    assert Hook(sqlite, inbound_secret="").post(accepted(), {**BEARER, **RAW}).status_code == 404
    assert Hook(sqlite, inbound_secret="").post(accepted(), {"Authorization": "Bearer ", **RAW}).status_code == 404


@pytest.mark.parametrize("name", ["body-mime", "email"])
def test_a_form_may_hold_the_mail_and_its_recipient(hook, name):
    fields = {name: accepted(to="workshops@example.org").decode(), "recipient": OURS.upper()}
    assert hook.post(fields, {**BEARER, "Content-Type": "multipart/form-data"}).status_code == 204
    assert hook.partstat is Partstat.ACCEPTED


def test_json_may_hold_the_mail(hook):
    body = json.dumps({"From": EMIL, "RawEmail": accepted().decode(), "TextBody": "Yes"})
    assert hook.post(body, {**BEARER, "Content-Type": "application/json; charset=utf-8"}).status_code == 204
    assert hook.partstat is Partstat.ACCEPTED


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "{}", "null", '"x"', '{"RawEmail": ""}', '{"RawEmail": 1}', '{"TextBody": "Yes"}']
)
def test_json_without_a_mail_is_none(hook, body):
    assert hook.post(body, {**BEARER, "Content-Type": "application/json"}).status_code == 400
    assert hook.receipts == 0


def test_half_a_character_in_json_does_no_harm(hook):
    assert hook.post('{"RawEmail": "\\ud800"}', {**BEARER, "Content-Type": "application/json"}).status_code == 204


def test_there_is_an_address_that_ends_in_mime(hook):
    form = {**BEARER, "Content-Type": "multipart/form-data"}
    assert hook.post({"body-mime": accepted().decode()}, form, path="/hooks/mail/mime").status_code == 204
    assert hook.partstat is Partstat.ACCEPTED


def test_the_headers_of_the_envelope_count_where_to_does_not_name_us(hook):
    mail = b"Delivered-To: " + OURS.encode() + b"\r\n" + accepted(to="list@example.org")
    assert hook.post(mail, {**BEARER, **RAW}).status_code == 204
    assert hook.partstat is Partstat.ACCEPTED


@pytest.mark.parametrize(("data", "kind"), [(b"", RAW), ({"x": "y"}, {}), ({}, {})])
def test_nothing_is_no_mail(hook, data, kind):
    assert hook.post(data, {**BEARER, **kind}).status_code == 400
    assert hook.receipts == 0


@pytest.mark.parametrize("junk", [b"x", b"\x00" * 999, b"\r\n\r\n", b"From: " + b"a" * 300_000, "å".encode() * 9999])
def test_junk_is_taken_once_and_does_nothing(hook, junk):
    assert [hook.post(junk, {**BEARER, **RAW}).status_code for _ in range(2)] == [204, 204]
    assert (hook.partstat, hook.receipts) == (None, 1)


def test_there_is_a_limit_to_its_size_for_every_form_of_it(hook):
    large = accepted() + b"x" * mail_hook.LARGEST
    assert hook.post(large, {**BEARER, **RAW}).status_code == 413
    form = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + large + b"\r\n--x--\r\n"
    assert hook.post(form, {**BEARER, "Content-Type": "multipart/form-data; boundary=x"}).status_code == 413
    urlencoded = {**BEARER, "Content-Type": "application/x-www-form-urlencoded"}
    assert hook.post(b"email=" + large, urlencoded).status_code == 413
    assert hook.receipts == 0
    assert hook.post(accepted() + b"\r\n" + b"x" * 1_000_000, {**BEARER, **RAW}).status_code == 204  # the control
    assert LARGEST_REQUEST >= mail_hook.LARGEST  # so that the server in front lets it come this far
