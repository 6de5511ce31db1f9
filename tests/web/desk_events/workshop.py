"""The desk's pages about an event, and the workshop of the world with its seats taken: what the tests of both share."""

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from scheduler.messages import SendRegistration
from scheduler.models import AuditEntry, Delivery, Event, Person, Registration
from scheduler.programme import access, audit
from scheduler.states import Action, RegistrationState
from tests.builders import NOW, a_place
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Element

LEADS = "leads@example.org"
SEATS = ("Alva Fysik", "Bodil Engelsk")
QUESTIONS = [{"name": "diet", "text": {"sv": "Specialkost?", "en": "Any diet?"}, "required": False}]

NEW = {
    "title_en": "Goals & meaning", "title_sv": "Mål & mening", "description_en": "Bring a pen.", "kind": "workshop",
    "audience": "mentees", "format": "hybrid", "place": "Aula Magna", "link": "https://meet.example.net/goals",
    "starts": "2026-11-17T17:00", "minutes": "90", "capacity": "30", "opens": "2026-11-03T09:00",
    "questions-0-text_en": "Any diet?", "questions-1-text_sv": "Varför?", "questions-1-required": "y",
    "questions-1-name": "why",
}  # fmt: skip


def booked(stage: Stage) -> Stage:
    """The workshop has two seats, which Alva and Bodil have; Maja waits, and Bo has cancelled."""
    with stage.database.writing() as session:
        event = the_event(session)
        event.capacity, event.questions = 2, QUESTIONS
        for name, state in (
            ("Alva Fysik", RegistrationState.CONFIRMED), ("Bodil Engelsk", RegistrationState.CONFIRMED),
            ("Maja Ledig", RegistrationState.WAITLISTED), ("Bo Delad", RegistrationState.CANCELLED),
        ):  # fmt: skip
            person = session.scalars(select(Person).where(Person.name == name)).one()
            a_place(session, event, person, state, answers={"diet": "vegan"} if name == "Alva Fysik" else {})
        access.grant_facilitator(session, LEADS, event=event, by=audit.TRAFF, now=NOW)
    return stage


def the_event(session: Session, slug: str = "workshop") -> Event:
    return session.scalars(select(Event).where(Event.slug == slug)).one()


def stored(stage: Stage, slug: str = "workshop") -> Event:
    with stage.database.reading() as session:
        return the_event(session, slug)


def at(stage: Stage, rest: str = "", slug: str = "workshop") -> str:
    return f"/c/mentor/events/{stored(stage, slug).id}{rest}"


def registration_of(stage: Stage, name: str) -> Registration:
    with stage.database.reading() as session:
        return session.scalars(select(Registration).where(Registration.name == name)).one()


def told(stage: Stage) -> list[SendRegistration]:
    with stage.database.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.kind == "SendRegistration").order_by(Delivery.id)).all()
    return [SendRegistration.from_data(row.payload) for row in rows]


def trail(stage: Stage) -> list[tuple[Action, str]]:
    with stage.database.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.event_id.is_not(None)).order_by(AuditEntry.id))
        return [(row.action, row.by) for row in rows]


def fields(form: Element) -> dict[str, str]:
    """What a browser would send of the form: texts, choices, and boxes that are ticked."""
    found = {}
    for each in form.all():
        name = each.attributes.get("name")
        if name is None or (each.attributes.get("type") == "checkbox" and "checked" not in each.attributes):
            continue
        if each.tag == "select":
            chosen = [option for option in each.all("option") if "selected" in option.attributes]
            found[name] = (chosen or each.all("option"))[0].attributes["value"]
        elif each.tag == "textarea":
            found[name] = each.text
        elif each.tag == "input":
            found[name] = each.attributes.get("value", "")
    return found


def write(visitor: Visitor, address: str, **values: str | None) -> TestResponse:
    """Sends the page's own form with some fields written anew; None empties a box."""
    form = visitor.read(address).main.one("form")
    sent = {**fields(form), **values}
    return visitor.post(address, {name: text for name, text in sent.items() if text is not None}, page=address)


def push(visitor: Visitor, address: str, action: str) -> TestResponse:
    """Presses the button of the form that goes to `action` on the page."""
    return visitor.send(visitor.read(address).form(action))
