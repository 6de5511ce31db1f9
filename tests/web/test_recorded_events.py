"""An event that will be recorded says so: at the desk, on its page, behind the door and on the receipt."""

import pytest
from sqlalchemy import select

from scheduler.models import Registration
from scheduler.states import RegistrationChange
from tests.builders import LINKS
from tests.web.conftest import Stage, Visitor
from tests.web.desk_events.workshop import at, booked, fields, stored, told, write
from tests.web.test_registration import EVENT, send, there_is
from tests.web.world import ALL

QUIET = EVENT.replace("evening", "quiet")
SAYS = "This event will be recorded."


def test_whoever_is_registered_hears_once_the_desk_ticks_it(stages: Stage) -> None:
    visitor, address = booked(stages).visitor(email=ALL), at(stages, "/edit")
    assert "recorded" not in fields(visitor.read(address).main.one("form"))
    assert write(visitor, address, recorded="y").status_code == 303
    assert [(mail.change, mail.version.recorded) for mail in told(stages)] == [(RegistrationChange.CHANGED, True)] * 3
    assert fields(visitor.read(address).main.one("form"))["recorded"] == "y"
    assert visitor.read(at(stages)).facts["Recording"] == SAYS
    assert write(visitor, address, recorded=None).status_code == 303
    assert stored(stages).recorded is False
    assert len(told(stages)) == 3, "that it is not recorded after all is no news to anybody"
    assert "Recording" not in visitor.read(at(stages)).facts


@pytest.mark.parametrize(
    ("locale", "what", "says"), [("en", "Recording", SAYS), ("sv", "Inspelning", "Evenemanget spelas in.")]
)
def test_its_page_door_and_receipt_say_so(stage: Stage, visitor: Visitor, locale: str, what: str, says: str) -> None:
    there_is(stage, recorded=True)
    there_is(stage, "quiet")
    for address in (EVENT, QUIET):
        send(visitor, address, locale=locale)
    with stage.database.reading() as db:
        recorded, quiet = (
            (f"/j/{LINKS.token('event-door', row.id, 1)}", f"/r/{LINKS.token('receipt', row.id, 1)}")
            for row in db.scalars(select(Registration).order_by(Registration.id))
        )
    reader = stage.visitor(languages=locale)
    assert [reader.read(address).facts[what] for address in (EVENT, *recorded)] == [says] * 3
    assert not any(what in reader.read(address).facts for address in (QUIET, *quiet))
