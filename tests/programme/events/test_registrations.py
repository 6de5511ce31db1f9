"""Registering, giving up, moving up: who has a seat, who waits, and what each is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.errors import (
    AnswerMissing,
    BadAnswer,
    ConsentMissing,
    EventCancelled,
    EventFull,
    EventOver,
    OnlyForMembers,
    OnlyForMentees,
    OnlyForMentors,
    RegistrationClosed,
    RegistrationNotOpen,
)
from scheduler.messages import SendRegistration
from scheduler.models import AuditEntry, Event, Person, Registration
from scheduler.programme.events import registrations
from scheduler.states import (
    Action,
    Audience,
    EventFormat,
    EventState,
    Method,
    RegistrationChange,
    RegistrationState,
    Role,
)
from tests.builders import NOW, a_member, a_person, a_programme, a_registration, an_event, deliveries, registering

CONFIRMED, WAITLISTED, CANCELLED = "confirmed", "waitlisted", "cancelled"
HOUR = timedelta(hours=1)


@pytest.fixture
def event(session: Session) -> Event:
    """A workshop with two seats."""
    return an_event(session, a_programme(session), capacity=2)


def told(session: Session) -> list[tuple[str, str, Method | None, int]]:
    """(first name, change, method, sequence) of every mail that is owed, in order."""
    found = []
    for delivery in deliveries(session):
        message = SendRegistration.from_data(delivery.payload)
        name = session.get_one(Person, message.person_id).name.split()[0]
        found.append((name, message.change.value, message.method, message.version.sequence))
    return found


def actions(session: Session) -> list[tuple[Action, str, dict[str, object]]]:
    return [(row.action, row.by, row.details) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def some(session: Session, event: Event, *names: str) -> list[Registration]:
    return [a_registration(session, event, name) for name in names]


def states(session: Session, event: Event) -> list[tuple[int, str]]:
    query = select(Registration.number, Registration.state).where(Registration.event_id == event.id)
    return [(number, state.value) for number, state in session.execute(query.order_by(Registration.number))]


class TestRegistering:
    def test_takes_a_seat_and_owes_the_invite(self, session: Session, event: Event) -> None:
        made = a_registration(session, event, "Rut Registrant", by="rut.registrant@example.org")
        assert (made.state, made.number, made.sequence, made.invited) == (CONFIRMED, 1, 0, True)
        assert (made.registered_at, made.consented_at, made.changed_at) == (NOW, NOW, NOW)
        assert (event.taken, event.next_number) == (1, 2)
        assert told(session) == [("Rut", "confirmed", Method.REQUEST, 0)]
        (delivery,) = deliveries(session)
        assert (delivery.event_id, delivery.person_id, delivery.programme_id) == (
            event.id, made.person_id, event.programme_id,
        )  # fmt: skip
        assert actions(session) == [
            (Action.REGISTERED, "rut.registrant@example.org", {"number": 1, "state": "confirmed"})
        ]

    def test_past_the_last_seat_waits_in_line_without_an_invite(self, session: Session, event: Event) -> None:
        some(session, event, "Ada A", "Bo B", "Cy C", "Di D")
        assert states(session, event) == [(1, CONFIRMED), (2, CONFIRMED), (3, WAITLISTED), (4, WAITLISTED)]
        assert (event.taken, event.next_number) == (2, 5)
        assert told(session)[2:] == [("Cy", "waitlisted", None, 0), ("Di", "waitlisted", None, 0)]
        assert [row.invited for row in session.scalars(select(Registration).order_by(Registration.number))] == [
            True, True, False, False,
        ]  # fmt: skip

    def test_without_a_limit_everybody_has_a_seat(self, session: Session) -> None:
        event = an_event(session, a_programme(session))
        some(session, event, "Ada A", "Bo B", "Cy C")
        assert [state for _, state in states(session, event)] == [CONFIRMED] * 3
        assert event.taken == 3

    def test_makes_a_person_of_a_new_address(self, session: Session, event: Event) -> None:
        made = a_registration(session, event, "Nia New", locale="sv", timezone="Asia/Tokyo")
        assert (made.person.email, made.person.name, made.person.locale, made.person.timezone) == (
            "nia.new@example.org", "Nia New", "sv", "Asia/Tokyo",
        )  # fmt: skip

    def test_changes_nothing_of_a_person_that_is_known(self, session: Session, event: Event) -> None:
        maria = a_person(session, "Maria Mentor")
        made = a_registration(
            session, event, "Mallory", email="maria.mentor@example.org", locale="sv", timezone="Asia/Tokyo"
        )
        session.expire(maria)
        assert made.person is maria
        assert (maria.name, maria.locale, maria.timezone) == ("Maria Mentor", "en", "Europe/Stockholm")
        assert (made.name, made.locale, made.timezone) == ("Mallory", "sv", "Asia/Tokyo")

    def test_keeps_the_version_of_that_moment_in_the_mail(self, session: Session) -> None:
        event = an_event(session, a_programme(session), format=EventFormat.HYBRID, place="Aula Magna")
        a_registration(session, event)
        event.place = "Elsewhere"
        version = SendRegistration.from_data(deliveries(session)[0].payload).version
        assert (version.place, version.format, version.starts_at, version.minutes, version.timezone, version.at) == (
            "Aula Magna", EventFormat.HYBRID, event.starts_at, 120, "Europe/Stockholm", NOW,
        )  # fmt: skip
        assert version.title == event.title


class TestRefused:
    def test_when_full_and_without_a_waitlist(self, session: Session) -> None:
        event = an_event(session, a_programme(session), capacity=1, waitlist=False)
        a_registration(session, event, "Ada A")
        with pytest.raises(EventFull):
            a_registration(session, event, "Bo B")

    @pytest.mark.parametrize(
        ("values", "after", "refusal"),
        [
            ({"opens_at": NOW + HOUR}, timedelta(0), RegistrationNotOpen),
            ({"closes_at": NOW}, timedelta(0), RegistrationClosed),
            ({}, timedelta(days=7, hours=8), RegistrationClosed),
            ({"closes_at": NOW + timedelta(days=30)}, timedelta(days=7, hours=8), RegistrationClosed),
            ({"state": EventState.CANCELLED}, timedelta(0), EventCancelled),
            ({"state": EventState.DRAFT}, timedelta(0), RegistrationClosed),
        ],
    )
    def test_when_it_is_not_open(self, session: Session, values, after, refusal) -> None:
        event = an_event(session, a_programme(session), **values)
        with pytest.raises(RegistrationClosed) as refused:
            a_registration(session, event, now=NOW + after)
        assert refused.type is refusal
        assert states(session, event) == []

    def test_before_it_opens_with_the_hour_on_the_wall_there(self, session: Session) -> None:
        event = an_event(session, a_programme(session), opens_at=NOW + HOUR)
        with pytest.raises(RegistrationNotOpen, match=r"opens 2026-11-02 11:00 \(Europe/Stockholm\)"):
            a_registration(session, event)

    def test_but_not_in_the_minute_in_which_it_opens_or_the_last_before_it_closes(self, session: Session) -> None:
        event = an_event(session, a_programme(session), opens_at=NOW, closes_at=NOW + HOUR)
        a_registration(session, event, "Ada A", now=NOW)
        a_registration(session, event, "Bo B", now=NOW + HOUR - timedelta(seconds=1))
        assert len(states(session, event)) == 2

    @pytest.mark.parametrize(
        ("audience", "allowed", "refusal"),
        [
            (Audience.MENTEES, {"mentee", "both"}, OnlyForMentees),
            (Audience.MENTORS, {"mentor", "both"}, OnlyForMentors),
            (Audience.ALL, {"mentee", "mentor", "both"}, OnlyForMembers),
            (Audience.PUBLIC, {"mentee", "mentor", "both", "elsewhere", "stranger"}, OnlyForMembers),
        ],
    )
    def test_who_is_not_of_the_audience(self, session: Session, audience, allowed, refusal) -> None:
        programme, other = a_programme(session), a_programme(session, "other")
        event = an_event(session, programme, audience=audience)
        for who, of, roles in (
            ("mentee", programme, [Role.MENTEE]), ("mentor", programme, [Role.MENTOR]),
            ("both", programme, [Role.MENTOR, Role.MENTEE]), ("elsewhere", other, [Role.MENTOR, Role.MENTEE]),
        ):  # fmt: skip
            person = a_person(session, who)
            for role in roles:
                a_member(session, of, person, role)
        for who in ("mentee", "mentor", "both", "elsewhere", "stranger"):
            if who in allowed:
                a_registration(session, event, who)
            else:
                with pytest.raises(OnlyForMembers) as refused:
                    a_registration(session, event, who)
                assert refused.type is refusal
        assert session.scalars(select(Person).where(Person.name == "stranger")).all() == [] or "stranger" in allowed

    def test_without_consent(self, session: Session, event: Event) -> None:
        with pytest.raises(ConsentMissing):
            a_registration(session, event, consent=False)

    def test_without_an_answer_that_is_needed(self, session: Session) -> None:
        questions = [
            {"name": "diet", "text": {"en": "Any diet?", "sv": "Specialkost?"}, "required": False},
            {"name": "topic", "text": {"en": "Your topic?", "sv": "Ditt ämne?"}, "required": True},
        ]
        event = an_event(session, a_programme(session), questions=questions)
        with pytest.raises(AnswerMissing, match=r"“Ditt ämne\?”: "):
            a_registration(session, event, locale="sv", answers={"diet": "vegan", "topic": "  "})
        with pytest.raises(BadAnswer, match=r"“Any diet\?”: "):
            a_registration(session, event, answers={"diet": "x" * 301, "topic": "light"})
        with pytest.raises(BadAnswer):
            a_registration(session, event, answers={"topic": "two\nlines"})
        made = a_registration(session, event, answers={"diet": " ", "topic": " light ", "else": "dropped"})
        assert made.answers == {"topic": "light"}


class TestTwice:
    def test_the_same_form_gives_the_first(self, session: Session, event: Event) -> None:
        first = a_registration(session, event, form_key="one form")
        assert a_registration(session, event, form_key="one form") is first
        assert (len(states(session, event)), len(deliveries(session))) == (1, 1)

    def test_even_when_all_seats_are_taken_meanwhile_or_it_has_closed(self, session: Session) -> None:
        event = an_event(session, a_programme(session), capacity=1, waitlist=False, closes_at=NOW + HOUR)
        first = a_registration(session, event, form_key="one form")
        assert a_registration(session, event, form_key="one form", now=NOW + 2 * HOUR) is first

    def test_the_same_form_with_another_address_is_another_registration(self, session: Session, event: Event) -> None:
        first = a_registration(session, event, "Ada A", form_key="one form")
        second = a_registration(session, event, "Bo B", form_key="one form")
        assert first is not second
        assert (second.number, second.form_key) == (2, None)

    def test_the_same_form_at_another_event_is_another_registration(self, session: Session, event: Event) -> None:
        other = an_event(session, event.programme, "other")
        first = a_registration(session, event, form_key="one form")
        assert a_registration(session, other, form_key="one form").event_id != first.event_id

    def test_an_address_that_is_registered_is_told_again_and_nobody_else(self, session: Session, event: Event) -> None:
        first = a_registration(session, event, form_key="one form")
        again = registering(
            session, event, "Mallory", email="rut.registrant@example.org", locale="sv", timezone="Asia/Tokyo"
        )
        assert again is None
        session.expire(first)
        assert (first.name, first.timezone, first.sequence, first.state) == (
            "Rut Registrant", "Europe/Stockholm", 0, CONFIRMED,
        )  # fmt: skip
        assert told(session) == [("Rut", "confirmed", Method.REQUEST, 0), ("Rut", "again", None, 0)]
        assert event.next_number == 2

    def test_telling_again_does_not_take_back_the_invite_that_waits(self, session: Session, event: Event) -> None:
        a_registration(session, event)
        assert registering(session, event) is None
        assert [row.state for row in deliveries(session)] == ["waiting", "waiting"]

    def test_after_giving_up_one_may_come_again_at_the_end_of_the_line(self, session: Session, event: Event) -> None:
        first, *_ = some(session, event, "Ada A", "Bo B", "Cy C")
        registrations.cancel(session, first, by="", now=NOW)
        again = a_registration(session, event, "Ada A")
        assert (again.number, again.state) == (4, WAITLISTED)
        assert again.uid != first.uid


class TestGivingUp:
    def test_passes_the_seat_on_to_the_first_in_line(self, session: Session, event: Event) -> None:
        first, *_ = some(session, event, "Ada A", "Bo B", "Cy C", "Di D")
        registrations.cancel(session, first, by="ada.a@example.org", now=NOW + HOUR)
        assert states(session, event) == [(1, CANCELLED), (2, CONFIRMED), (3, CONFIRMED), (4, WAITLISTED)]
        assert event.taken == 2
        assert told(session)[4:] == [("Ada", "cancelled", Method.CANCEL, 1), ("Cy", "promoted", Method.REQUEST, 1)]
        promoted = session.scalars(select(Registration).where(Registration.number == 3)).one()
        assert (promoted.invited, promoted.changed_at) == (True, NOW + HOUR)
        assert actions(session)[4:] == [
            (Action.REGISTRATION_CANCELLED, "ada.a@example.org", {"number": 1, "state": "cancelled"}),
            (Action.REGISTRATION_PROMOTED, "", {"number": 3, "state": "confirmed"}),
        ]

    def test_from_the_line_frees_no_seat_and_sends_no_calendar(self, session: Session, event: Event) -> None:
        *_, third, _fourth = some(session, event, "Ada A", "Bo B", "Cy C", "Di D")
        registrations.cancel(session, third, by="", now=NOW)
        assert states(session, event) == [(1, CONFIRMED), (2, CONFIRMED), (3, CANCELLED), (4, WAITLISTED)]
        assert event.taken == 2
        assert told(session)[4:] == [("Cy", "cancelled", None, 1)]

    def test_twice_is_once(self, session: Session, event: Event) -> None:
        first, *_ = some(session, event, "Ada A", "Bo B", "Cy C", "Di D")
        for _ in range(2):
            assert registrations.cancel(session, first, by="", now=NOW).state is RegistrationState.CANCELLED
        assert event.taken == 2
        assert len(told(session)) == 6

    def test_a_cancel_goes_out_even_after_a_request_that_never_did(self, session: Session, event: Event) -> None:
        first = a_registration(session, event)
        registrations.cancel(session, first, by="", now=NOW)
        assert [row.state for row in deliveries(session)] == ["waiting", "waiting"]

    def test_moves_nobody_up_once_the_event_has_begun(self, session: Session, event: Event) -> None:
        first, *_ = some(session, event, "Ada A", "Bo B", "Cy C")
        registrations.cancel(session, first, by="", now=event.starts_at)
        assert states(session, event)[2] == (3, WAITLISTED)

    def test_is_refused_once_it_is_over(self, session: Session, event: Event) -> None:
        first = a_registration(session, event)
        with pytest.raises(EventOver):
            registrations.cancel(session, first, by="", now=event.starts_at + timedelta(minutes=120))

    def test_of_a_cancelled_event_tells_nothing_more(self, session: Session, event: Event) -> None:
        first = a_registration(session, event)
        event.state = EventState.CANCELLED
        registrations.tell(session, event, RegistrationChange.EVENT_CANCELLED, now=NOW)
        registrations.cancel(session, first, by="", now=NOW)
        assert [change for _, change, *_ in told(session)] == ["confirmed", "event-cancelled"]


class TestMovingUp:
    def test_as_many_as_fit_a_larger_room_in_order(self, session: Session, event: Event) -> None:
        some(session, event, *(f"Person {number}" for number in range(1, 7)))
        event.capacity = 4
        promoted = registrations.promote(session, event, now=NOW)
        assert [row.number for row in promoted] == [3, 4]
        assert [state for _, state in states(session, event)] == [CONFIRMED] * 4 + [WAITLISTED] * 2
        assert (event.taken, event.capacity) == (4, 4)
        assert [row[1:] for row in told(session)[6:]] == [("promoted", Method.REQUEST, 1)] * 2

    def test_everybody_when_the_limit_falls(self, session: Session, event: Event) -> None:
        some(session, event, "Ada A", "Bo B", "Cy C", "Di D")
        event.capacity = None
        assert [row.number for row in registrations.promote(session, event, now=NOW)] == [3, 4]
        assert event.taken == 4

    def test_nobody_without_a_seat(self, session: Session, event: Event) -> None:
        some(session, event, "Ada A", "Bo B", "Cy C")
        assert registrations.promote(session, event, now=NOW) == []


class TestTelling:
    def test_of_a_move_reaches_everybody_with_the_next_sequence(self, session: Session, event: Event) -> None:
        first, *_ = some(session, event, "Ada A", "Bo B", "Cy C", "Di D")
        registrations.cancel(session, first, by="", now=NOW)
        before, event.starts_at = event.starts_at, event.starts_at + timedelta(days=1)
        count = len(deliveries(session))
        registrations.tell(session, event, RegistrationChange.MOVED, was=(before, 120), now=NOW + HOUR)
        assert told(session)[count:] == [
            ("Bo", "moved", Method.REQUEST, 1), ("Cy", "moved", Method.REQUEST, 2), ("Di", "moved", None, 1),
        ]  # fmt: skip
        message = SendRegistration.from_data(deliveries(session)[-1].payload)
        assert (message.was, message.was_minutes) == (before, 120)
        assert (message.version.starts_at, message.version.at) == (before + timedelta(days=1), NOW + HOUR)

    def test_a_move_replaces_an_invite_that_has_not_gone_out(self, session: Session, event: Event) -> None:
        a_registration(session, event)
        registrations.tell(session, event, RegistrationChange.CHANGED, now=NOW)
        assert [row.state for row in deliveries(session)] == ["superseded", "waiting"]

    def test_of_the_end_cancels_what_was_invited(self, session: Session, event: Event) -> None:
        some(session, event, "Ada A", "Bo B", "Cy C")
        event.state = EventState.CANCELLED
        registrations.tell(session, event, RegistrationChange.EVENT_CANCELLED, now=NOW)
        assert told(session)[3:] == [
            ("Ada", "event-cancelled", Method.CANCEL, 1), ("Bo", "event-cancelled", Method.CANCEL, 1),
            ("Cy", "event-cancelled", None, 1),
        ]  # fmt: skip
