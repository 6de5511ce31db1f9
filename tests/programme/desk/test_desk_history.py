"""The audit trail as a desk sees it."""

from sqlalchemy.orm import Session

from scheduler.db import Database
from scheduler.models import AuditEntry, Department, Event, Pair, Programme
from scheduler.programme import audit, desk
from scheduler.programme.access import Desk
from scheduler.programme.desk import About
from scheduler.states import Action
from tests.builders import NOW, a_department, a_pair, a_person, a_programme, an_event

ALL = About()


class Trail:
    """Entries about a pair of each of two departments, one of both, a person, an event, and nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.programme, self.other = a_programme(session), a_programme(session, "other")
        self.physics = a_department(session, self.programme, "P")
        self.english = a_department(session, self.programme, "E")
        self.pairs = {
            "physics": self._pair("Pa", "Pe", self.physics, self.physics),
            "english": self._pair("Ea", "Ee", self.english, self.english),
            "both": self._pair("Ba", "Be", self.physics, self.english),
        }
        self.event: Event = an_event(session, self.programme, "workshop")
        for name, pair in self.pairs.items():
            self._note(Action.MEETING_BOOKED, self.programme, pair_id=pair.id, name=name)
        person_id = self.pairs["physics"].mentee_id
        self._note(Action.TIMES_GIVEN, self.programme, person_id=person_id, name="person")
        self._note(Action.REGISTERED, self.programme, person_id=person_id, event_id=self.event.id, name="registered")
        self._note(Action.EVENT_CREATED, self.programme, event_id=self.event.id, name="event")
        self._note(Action.LOADED, self.programme, name="loaded")
        self._note(Action.LOADED, self.other, name="elsewhere")
        session.flush()

    def _pair(self, mentor: str, mentee: str, first: Department, second: Department) -> Pair:
        people = a_person(self.session, mentor), a_person(self.session, mentee)
        return a_pair(self.session, self.programme, *people, mentor_of=first, mentee_of=second)

    def _note(self, action: Action, programme: Programme, **facts: object) -> None:
        audit.note(self.session, action, programme_id=programme.id, by="anna@example.org", now=NOW, **facts)  # type: ignore[arg-type]

    def seen(self, *departments: Department, about: About = ALL) -> list[str]:
        sitting = Desk(self.programme, departments or None)
        rows = desk.history_rows(self.session, sitting, about, page=1)
        assert desk.history_count(self.session, sitting, about) == len(rows)
        return [row.entry.details["name"] for row in rows]


def test_a_programmes_desk_sees_all_of_it_the_latest_first_and_no_other(database: Database) -> None:
    with database.writing() as session:
        trail = Trail(session)
        assert trail.seen() == ["loaded", "event", "registered", "person", "both", "english", "physics"]


def test_a_departments_sees_its_pairs_and_people_alone(database: Database) -> None:
    with database.writing() as session:
        trail = Trail(session)
        assert trail.seen(trail.physics) == ["registered", "person", "both", "physics"]
        assert trail.seen(trail.english) == ["both", "english"]
        sitting = Desk(trail.programme, ())
        assert desk.history_rows(session, sitting, About(), page=1) == []


def test_it_is_narrowed_to_a_pair_a_person_or_an_event_within_reach(database: Database) -> None:
    with database.writing() as session:
        trail = Trail(session)
        physics, english = trail.pairs["physics"], trail.pairs["english"]
        assert trail.seen(about=About(pair_id=physics.id)) == ["physics"]
        assert trail.seen(about=About(person_id=physics.mentee_id)) == ["registered", "person", "physics"]
        assert trail.seen(about=About(event_id=trail.event.id)) == ["event", "registered"]
        assert trail.seen(trail.physics, about=About(pair_id=english.id)) == []
        assert trail.seen(trail.english, about=About(event_id=trail.event.id)) == []


def test_pages_hold_each_once(database: Database) -> None:
    with database.writing() as session:
        programme = a_programme(session)
        for _ in range(desk.ENTRIES + 3):
            audit.note(session, Action.LOADED, programme_id=programme.id, by="", now=NOW)
        sitting = Desk(programme, None)
        found = [row.entry.id for page in (1, 2, 3) for row in desk.history_rows(session, sitting, About(), page=page)]
        assert found == sorted((row.id for row in session.query(AuditEntry)), reverse=True)
