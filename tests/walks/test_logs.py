"""What a whole walk leaves in the log: which views, what came of them, and nothing of anybody."""

import io
import json
import logging
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from integrations.outcome import Rejected
from scheduler import logs
from scheduler.models import Person
from scheduler.programme.people import sign_ins
from tests.builders import LINKS, NOW, SECRET, a_meeting, a_pair, a_person, a_programme, a_proposal, some_hosts
from tests.world import Installation, text_of

LINK = re.compile(r"https://traff\.example\.org[^\s<>\"')]+")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("scheduler")
    before, level, our_level = root.handlers[:], root.level, ours.level
    found = io.StringIO()
    logs.to(found)
    yield found
    root.handlers = before
    root.setLevel(level)
    ours.setLevel(our_level)


def walk(house: Installation) -> set[str]:
    """People meet, sign in by code and by link, look at everything, and things go wrong; the links that were mailed."""
    with house.database.writing() as session:
        some_hosts(session, 1)
        programme = a_programme(session)
        pair = a_pair(session, programme, a_person(session, "Maria Mentor"), a_person(session, "Emil Mentee"))
        a_meeting(session, pair)
        a_proposal(session, pair, made_by=pair.mentee)
        sign_ins.ask(session, pair.mentor.email, locale="en", leads_to="", now=NOW)
    house.work()
    found = {link.rstrip(".") for mail in house.post.mails() for link in LINK.findall(text_of(mail))}
    browser = house.browser()
    for link in sorted(found):
        page = browser.get(link)
        csrf = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
        fields = {"csrf_token": csrf[-1] if csrf else "", "email": "maria.mentor@example.org"}
        browser.post(link, data=fields, headers={"Referer": link})
    for address in ("/me/", "/sign-in?next=/me/", "/nobody@example.org", "/c/mentor/"):
        browser.get(f"{LINKS.base_url}{address}")
    _go_wrong(house)
    return found


def _go_wrong(house: Installation) -> None:
    """A bug in a view, with somebody's data in its words; and a mail that is refused for good."""
    house.worker.world.mailer.send = refuse  # type: ignore[method-assign]
    with house.database.writing() as session:
        sign_ins.ask(session, "emil.mentee@example.org", locale="sv", leads_to="", now=NOW)
    house.work()


def refuse(message: object) -> None:
    raise Rejected("The mail server refuses emil.mentee@example.org for good (550).")


def test_no_address_name_token_or_secret_is_in_the_log(
    house: Installation, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = walk(house)
    broken = house.browser()
    monkeypatch.setattr("scheduler.web.sign_in.way_back", explode)
    broken.application.config["PROPAGATE_EXCEPTIONS"] = False
    assert broken.get(f"{LINKS.base_url}/sign-in").status_code == 500
    told = log.getvalue()
    lines = [json.loads(line) for line in told.splitlines()]
    endpoints = {line["endpoint"] for line in lines if line["message"] == "request"}
    assert endpoints >= {"door.show", "feeds.personal", "sign_in.link", "sign_in.use_link", "answers.show", "me.show"}
    assert any("exception" in line for line in lines), "the bug is there"
    assert any("failed for good" in line["message"] for line in lines), "and so is the refusal"
    with house.database.reading() as session:
        people = session.scalars(select(Person)).all()
        assert {line.get("person") for line in lines} & {person.id for person in people}, "a person by number is"
        secrets = {word for person in people for word in (person.name, person.email, *person.name.split())}
    secrets |= {urlsplit(link).path.split("/")[2].removesuffix(".ics") for link in links}
    secrets |= {SECRET, "@", "https://", "Mentor meeting"}
    assert [secret for secret in secrets if secret in told] == []


def explode(_address: str) -> str:
    raise ValueError("Maria Mentor <maria.mentor@example.org> broke it")


def test_the_same_lines_as_text_would_tell(house: Installation, caplog: pytest.LogCaptureFixture) -> None:
    """The control: what is blotted out was there."""
    walk(house)
    assert "emil.mentee@example.org" in caplog.text
