"""An event's registrations at the desk: who has a place, who waits, who came; as a table, too."""

import csv
import io
from datetime import timedelta

from sqlalchemy import select

from scheduler.models import Attendance, Registration
from scheduler.programme.pool import attendance
from scheduler.states import Action, RegistrationState, Source
from tests.builders import a_person, a_place
from tests.web.conftest import Stage, Visitor
from tests.web.desk_events.workshop import SEATS, at, push, registration_of, stored, the_event, trail
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, PHYSICS


class TestRegistrations:
    def tables(self, page: Page) -> dict[str, list[str]]:
        """The names in each table, by what stands above it."""
        return {
            table.one("caption").text: [
                next(cell.text for cell in row.all("td") if cell.attributes["data-label"] == "Name")
                for row in table.one("tbody").all("tr")
            ]
            for table in page.all("table")
        }

    def test_seats_waitlist_and_who_cancelled_in_order_with_answers(self, busies: Stage) -> None:
        page = busies.visitor(email=ALL).read(at(busies, "/registrations"))
        assert self.tables(page) == {
            "Seats: 2": ["Alva Fysik alva.fysik@example.org", "Bodil Engelsk bodil.engelsk@example.org"],
            "Waitlist: 1": ["Maja Ledig maja.ledig@example.org"],
            "Cancelled: 1": ["Bo Delad bo.delad@example.org"],
        }
        first = page.all("tbody")[0].all("tr")[0]
        assert [cell.text for cell in first.all("td")][2] == "vegan"

    def test_a_department_sees_only_its_people(self, busies: Stage) -> None:
        page = busies.visitor(email=PHYSICS).read(at(busies, "/registrations"))
        assert [name.split(" ")[0] for names in self.tables(page).values() for name in names] == ["Alva", "Maja"]
        assert page.main.all("form") == []
        page = busies.visitor(email=ENGLISH).read(at(busies, "/registrations"))
        assert [name.split(" ")[0] for names in self.tables(page).values() for name in names] == ["Bodil", "Bo"]

    def test_one_can_be_cancelled_for_somebody_and_the_next_gets_the_seat(self, busies: Stage) -> None:
        visitor = busies.visitor(email=ALL)
        address = at(busies, f"/registrations/{registration_of(busies, 'Alva Fysik').id}/cancel")
        page = visitor.read(address)
        assert page.heading == "Cancel the registration of Alva Fysik?"
        assert visitor.send(page.form(address)).location == at(busies, "/registrations")
        assert registration_of(busies, "Alva Fysik").state is RegistrationState.CANCELLED
        assert registration_of(busies, "Maja Ledig").state is RegistrationState.CONFIRMED
        assert (Action.REGISTRATION_CANCELLED, ALL) in trail(busies)
        assert visitor.get(address).status_code == 404, "there is nothing left to cancel"

    def test_one_of_another_event_is_not_found_here(self, busy: Stage, coordinator: Visitor) -> None:
        alva = registration_of(busy, "Alva Fysik").id
        other = at(busy, f"/registrations/{alva}/cancel", slug="kick-off")
        assert coordinator.get(other).status_code == 404

    def test_attendance_is_one_form_and_the_later_marks_win(self, busies: Stage) -> None:
        address = at(busies, "/registrations")
        assert "Attended" not in busies.visitor(email=ALL).read(address).text, "not before it has begun"
        busies.clock.now = stored(busies).starts_at
        visitor = busies.visitor(email=ALL)
        alva, bodil = (registration_of(busies, name).id for name in SEATS)
        token = visitor.read(address).form(at(busies, "/attendance")).fields["csrf_token"]
        for came in ([alva], [bodil]):
            answer = visitor.client.post(
                f"https://traff.example.org{at(busies, '/attendance')}",
                data={"csrf_token": token, "listed": [alva, bodil], "came": came},
                headers={"Referer": f"https://traff.example.org{address}"},
            )
            assert answer.status_code == 303
        assert [registration_of(busies, name).attended for name in SEATS] == [False, True]
        assert registration_of(busies, "Maja Ledig").attended is None
        boxes = visitor.read(address).all("input", name="came")
        assert ["checked" in box.attributes for box in boxes] == [False, True]
        assert trail(busies)[-1] == (Action.ATTENDANCE_MARKED, ALL)

    def test_who_came_is_shown_with_who_says_so_and_the_mark_by_hand_goes_before(self, busies: Stage) -> None:
        busies.clock.now = begun = stored(busies).starts_at
        with busies.database.writing() as session:
            event = the_event(session)
            people = {row.name: row.person_id for row in session.scalars(select(Registration))}
            attendance.note_entrance(session, event, people["Alva Fysik"], now=begun)
            late, early = begun + timedelta(hours=6), begun - timedelta(hours=1)
            for moment in (late, early):
                attendance.note_entrance(session, event, people["Bodil Engelsk"], now=moment)
            session.add(Attendance(key="zoom/1", source=Source.ZOOM, event_id=event.id, came_at=begun))
        visitor, address = busies.visitor(email=ALL), at(busies, "/registrations")
        page = visitor.read(address)
        assert ["checked" in box.attributes for box in page.all("input", name="came")] == [True, False]
        assert [row.text.count("By the door") for row in page.all("tbody")[0].all("tr")] == [1, 0]
        with busies.database.writing() as session:
            registration = session.get_one(Registration, registration_of(busies, "Alva Fysik").id)
            registration.attended = False
        page = visitor.read(address)
        assert ["checked" in box.attributes for box in page.all("input", name="came")] == [False, False]
        assert [row.text.count("Noted by hand") for row in page.all("tbody")[0].all("tr")] == [1, 0]

    def test_attendance_before_the_start_is_refused(self, busy: Stage, coordinator: Visitor) -> None:
        form = coordinator.read(at(busy)).form(at(busy, "/facilitators"))
        answer = coordinator.post(at(busy, "/attendance"), form.fields, page=at(busy))
        assert answer.status_code == 409

    def test_the_table_opens_in_spreadsheets_as_text_and_is_noted(self, busies: Stage) -> None:
        evil = '=HYPERLINK("https://evil.example","x")'
        with busies.database.writing() as session:
            event = the_event(session)
            a_place(session, event, a_person(session, "Eve"), RegistrationState.WAITLISTED, name=evil)
        visitor, address = busies.visitor(email=ALL), at(busies, "/registrations")
        answer = push(visitor, address, at(busies, "/registrations.csv"))
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="workshop-registrations.csv"'
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
        assert [row[2] for row in rows] == ["Name", "Alva Fysik", "Bodil Engelsk", "Maja Ledig", "Bo Delad", f"'{evil}"]
        assert trail(busies)[-1] == (Action.REGISTRATIONS_EXPORTED, ALL)

    def test_names_are_text(self, busy: Stage, coordinator: Visitor) -> None:
        with busy.database.writing() as session:
            row = session.scalars(select(Registration).where(Registration.name == "Alva Fysik")).one()
            row.name, row.answers = "<script>alert(1)</script>", {"diet": "<b>x</b>"}
        text = coordinator.read(at(busy, "/registrations")).text
        assert "<script>alert(1)</script>" in text
        assert "<b>x</b>" in text
