"""Limits on registering: generous to people, and to a class behind one address, and not to floods."""

import pytest
from sqlalchemy.orm import Session

from scheduler.errors import TooManyRegistrations
from scheduler.models import Event
from scheduler.programme.events import limits, registrations
from scheduler.programme.events.limits import Limit
from tests.builders import NOW, a_programme, a_registration, an_event, registering
from tests.programme.events.test_registrations import CONFIRMED, HOUR, some, states, told


@pytest.fixture
def event(session: Session) -> Event:
    """A workshop with two seats."""
    return an_event(session, a_programme(session), capacity=2)


class TestLimits:
    def test_an_address_gets_no_more_receipts_than_one_may_cause(
        self, session: Session, event: Event, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "RECEIPTS_TO_ONE", (Limit(1, HOUR),))
        first = a_registration(session, event)
        for _ in range(3):
            assert registering(session, event) is None
        assert [change for _, change, *_ in told(session)] == ["confirmed", "again"]
        registrations.cancel(session, first, by="", now=NOW)  # one's own place can always be given up
        assert a_registration(session, an_event(session, event.programme, "other")).state == CONFIRMED

    def test_one_address_registers_no_more_often_than_somebody_could(
        self, session: Session, event: Event, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "REGISTRATIONS_OF_ONE", (Limit(1, HOUR),))
        a_registration(session, event)
        other = an_event(session, event.programme, "other")
        with pytest.raises(TooManyRegistrations):
            a_registration(session, other)
        assert states(session, other) == []
        assert a_registration(session, other, "Ada A").state == CONFIRMED
        assert a_registration(session, other, now=NOW + HOUR).state == CONFIRMED

    def test_a_flood_is_refused_and_passes(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "REGISTRATIONS", (Limit(3, HOUR),))
        event = an_event(session, a_programme(session))
        some(session, event, "Ada A", "Bo B", "Cy C")
        with pytest.raises(TooManyRegistrations):
            a_registration(session, event, "Di D")
        a_registration(session, event, "Di D", now=NOW + HOUR)

    def test_a_thousand_at_once_and_a_whole_year_in_one_sitting_are_no_flood(self) -> None:
        assert min(limit.count for limit in limits.REGISTRATIONS) > 2 * 1000
        assert min(limit.count for limit in limits.REGISTRATIONS_OF_ONE) >= 10
