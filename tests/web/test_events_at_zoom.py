"""What the desk and a door say of an event's Zoom meeting."""

from dataclasses import replace

from sqlalchemy import select

from scheduler.models import Event, Registration, ZoomMeeting
from scheduler.programme.events import events
from scheduler.programme.events.event_details import details_of
from tests.builders import LINKS, NOW, a_registration
from tests.web.conftest import Stage
from tests.web.test_desk_pool import AT as POOL
from tests.web.test_desk_pool import today
from tests.web.world import ALL, PHYSICS, ZOOM


def draft(stage: Stage) -> int:
    with stage.database.reading() as session:
        return session.scalars(select(Event.id).where(Event.slug == "draft")).one()


def publish(stage: Stage) -> str:
    """Publishes the draft at the desk; the address of its page there."""
    at = f"/c/mentor/events/{draft(stage)}"
    visitor = stage.visitor(email=ALL)
    assert visitor.send(visitor.read(at).form(f"{at}/publish")).status_code == 303
    return at


def zoom_answers(stage: Stage) -> None:
    with stage.database.writing() as session:
        session.scalars(select(ZoomMeeting).where(ZoomMeeting.event_id == draft(stage))).one().join_url = ZOOM


def test_the_desk_says_that_the_link_is_pending_and_then_shows_it(stages: Stage) -> None:
    at, visitor = publish(stages), stages.visitor(email=ALL)
    assert visitor.read(at).facts["Link"] == "Zoom link pending"
    zoom_answers(stages)
    assert visitor.read(at).facts["Link"] == f"{ZOOM} from the pool of Zoom hosts"


def test_the_list_of_events_says_which_have_no_link_yet(stages: Stage) -> None:
    publish(stages)
    visitor = stages.visitor(email=ALL)

    def states() -> dict[str, str]:
        return {row["Event"].split(" ")[1]: row["State"] for row in visitor.read("/c/mentor/events").rows}

    assert states()["draft"] == "Published Zoom link pending"
    assert states()["workshop"] == "Published Link missing"
    zoom_answers(stages)
    assert states()["draft"] == "Published"
    assert states()["kick-off"] == "Published Over"


def test_without_a_host_it_says_that_there_is_no_link(stage: Stage) -> None:
    with stage.database.reading() as session:
        before = session.scalars(select(Event.id).where(Event.slug == "workshop")).one()
    assert stage.visitor(email=ALL).read(f"/c/mentor/events/{before}").facts["Link"] == "No link yet"


def test_the_door_waits_for_the_link_and_leads_there(stages: Stage) -> None:
    publish(stages)
    with stages.database.writing() as session:
        row = a_registration(session, session.get_one(Event, draft(stages)), "Rut Registrant")
        door = LINKS.event_door(row.id, row.door_generation)
    visitor = stages.visitor()
    assert "The link to the event is not ready yet." in visitor.read(door).main.text
    zoom_answers(stages)
    answer = visitor.send(visitor.read(door).form(door))
    assert (answer.status_code, answer.location) == (303, ZOOM)
    with stages.database.reading() as session:
        assert session.scalars(select(Registration.joined_at)).one() == NOW


def test_a_full_pool_is_said_and_nothing_is_published(stage: Stage) -> None:
    with stage.database.writing() as session:
        taken = {row.id: row for row in session.scalars(select(Event).where(Event.slug.in_(("workshop", "elsewhere"))))}
        for event in taken.values():
            event.link = "https://meet.example.net/1"
        for number in range(5):  # as many as the pool holds
            details = details_of(next(iter(taken.values())))
            events.create(
                session, session.get_one(Event, draft(stage)).programme, slug=f"same-time-{number}",
                details=replace(details, link=""), published=True, by="", now=NOW,
            )  # fmt: skip
    at = f"/c/mentor/events/{draft(stage)}"
    visitor = stage.visitor(email=ALL)
    answer = visitor.send(visitor.read(at).form(f"{at}/publish"))
    assert answer.status_code == 409
    assert "the next time at which one is: Monday 9 November 2026, 20:15, Stockholm (GMT+1)." in answer.text
    assert "Draft" in visitor.read(at).heading


def test_the_pool_names_the_event_for_its_own_programme_alone(stages: Stage) -> None:
    publish(stages)
    with stages.database.writing() as session:
        event = session.get_one(Event, draft(stages))
        wall = details_of(event).starts.replace(day=2)
        events.move(session, event, starts=wall, minutes=60, by="", now=NOW)
    assert today(stages.visitor(email=ALL).read(POOL)) == ["18:00–19:00 Evening draft"]
    assert today(stages.visitor(email=PHYSICS).read(POOL)) == ["18:00–19:00 Evening draft"]
    others = stages.visitor(email="other@example.org").read("/c/other/pool")
    assert today(others) == ["18:00–19:00 Somebody else's"]
