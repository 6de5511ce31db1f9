"""A person's own calendar, reached by an address that nobody can guess."""

import gzip
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from scheduler.models import Coordinator, Department, Meeting, Pair, Person
from scheduler.presenters import feeds
from scheduler.programme.pairs import meetings
from tests.builders import LINKS, NOW, a_meeting, an_event
from tests.integrations.ical.reader import components
from tests.web.conftest import Stage, Visitor
from tests.web.world import PHYSICS, everything, seat


@pytest.fixture
def address(stage: Stage) -> str:
    """Of Alva, who meets Anders."""
    return stage.feed("physics")


def entries(visitor: Visitor, address: str) -> list[tuple[str, str]]:
    """(summary, status) of each."""
    found = components(visitor.get(address).data, "VEVENT")
    return [(each["SUMMARY"][0].text, each["STATUS"][0].text) for each in found]


class TestContent:
    def test_only_ones_own_meetings_in_ones_own_language(self, stages: Stage) -> None:
        visitor = stages.visitor()
        assert entries(visitor, stages.feed("physics")) == [("Mentormöte med Anders Fysik", "CONFIRMED")]
        assert entries(visitor, stages.feed("shared", "mentor")) == [
            ("Mentor meeting with Bo Delad", "CONFIRMED"),
        ]
        assert entries(visitor, stages.feed("to book")) == []

    def test_what_was_called_off_stays_for_thirty_days(self, stages: Stage) -> None:
        visitor, address = stages.visitor(), stages.feed("cancelled")
        assert entries(visitor, address) == [("Mentor meeting with Inge Inställd", "CANCELLED")]
        stages.clock.now = NOW + timedelta(days=26)
        assert entries(visitor, address) == []

    def test_held_meetings_stay(self, visitor: Visitor, stage: Stage) -> None:
        assert entries(visitor, stage.feed("met")) == [("Mentor meeting with Hanna Held", "CONFIRMED")]

    def test_by_start_and_from_every_pair(self, stage: Stage, address: str) -> None:
        with stage.database.writing() as session:
            pair = session.get_one(Pair, stage.world.pairs["physics"])
            a_meeting(session, pair, days=3)
            a_meeting(session, pair, days=20)
        found = components(stage.visitor().get(address).data, "VEVENT")
        assert [each["DTSTART"][0].value for each in found] == [
            "20261105T100000", "20261109T100000", "20261122T100000",
        ]  # fmt: skip

    def test_holds_the_door_and_no_link_behind_it(self, stage: Stage, address: str) -> None:
        text = stage.visitor().get(address).text.replace("\r\n ", "")
        with stage.database.reading() as session:
            found = seat(session, stage.world.meetings["video"])
            door = LINKS.door(found.id, found.door_generation)
        assert f"URL:{door}" in text
        assert "zoom." not in text
        assert "@example.org" not in text


class TestFetching:
    def test_headers(self, visitor: Visitor, address: str) -> None:
        answer = visitor.get(address)
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert answer.headers["Cache-Control"] == "private, max-age=900"
        assert answer.headers["Last-Modified"] == "Mon, 02 Nov 2026 09:00:00 GMT"
        assert answer.headers["ETag"].startswith('"')

    def test_sets_no_cookie_even_for_who_is_signed_in(self, stage: Stage, address: str) -> None:
        assert "Set-Cookie" not in stage.visitor().get(address).headers
        assert "Set-Cookie" not in stage.visitor(email=PHYSICS).get(address).headers

    def test_the_same_bytes_until_something_changes(self, visitor: Visitor, address: str) -> None:
        assert visitor.get(address).data == visitor.get(address).data

    def test_by_etag_nothing_is_sent_again(self, visitor: Visitor, address: str) -> None:
        first = visitor.get(address)
        for condition in (
            {"If_None_Match": first.headers["ETag"]},
            {"If_None_Match": f'"other", W/{first.headers["ETag"]}'},
            {"If_None_Match": "*"},
        ):
            again = visitor.get(address, **condition)
            assert (again.status_code, again.data) == (304, b""), condition
            assert again.headers["ETag"] == first.headers["ETag"]

    def test_a_date_alone_is_no_proof_that_nothing_changed(self, visitor: Visitor, address: str) -> None:
        first = visitor.get(address)
        again = visitor.get(address, If_Modified_Since=first.headers["Last-Modified"])
        assert (again.status_code, again.data) == (200, first.data)

    def test_a_move_is_sent(self, stages: Stage) -> None:
        visitor, address = stages.visitor(), stages.feed("physics")
        first = visitor.get(address)
        with stages.database.writing() as session:
            meeting = session.get_one(Meeting, stages.world.meetings["video"])
            later = NOW + timedelta(minutes=5)
            meetings.reschedule(session, meeting, starts_at=NOW + timedelta(days=10), minutes=30, now=later)
        answer = visitor.get(
            address, If_None_Match=first.headers["ETag"], If_Modified_Since=first.headers["Last-Modified"]
        )
        assert answer.status_code == 200
        (entry,) = components(answer.data, "VEVENT")
        assert entry["DTSTART"][0].value == "20261112T100000"
        assert entry["SEQUENCE"][0].value == "1"
        assert answer.headers["Last-Modified"] == "Mon, 02 Nov 2026 09:05:00 GMT"

    def test_another_name_is_sent_though_no_meeting_changed(self, stage: Stage, address: str) -> None:
        visitor = stage.visitor()
        old = visitor.get(address).headers
        with stage.database.writing() as session:
            session.query(Person).filter_by(name="Anders Fysik").one().name = "Anders Geo"
        answer = visitor.get(address, If_None_Match=old["ETag"], If_Modified_Since=old["Last-Modified"])
        assert answer.status_code == 200
        assert "Anders Geo" in answer.text

    def test_head_is_get_without_the_body(self, visitor: Visitor, address: str) -> None:
        get, head = visitor.get(address), visitor.get(address, method="HEAD")
        assert (head.status_code, head.data) == (200, b"")
        assert list(head.headers) == list(get.headers)
        assert int(head.headers["Content-Length"]) == len(get.data)
        assert visitor.get(address, method="HEAD", If_None_Match=get.headers["ETag"]).status_code == 304

    def test_changes_nothing(self, stages: Stage) -> None:
        before = everything(stages.database)
        stages.visitor().get(stages.feed("physics"))
        assert everything(stages.database) == before


class TestRevalidating:
    """304 without writing anything, for each kind of feed."""

    @pytest.fixture(params=["personal", "public", "department", "desk"])
    def each(self, request: pytest.FixtureRequest, stage: Stage) -> str:
        with stage.database.reading() as session:
            department = session.query(Department).filter_by(name="Fysikum").one()
            coordinator = session.query(Coordinator).filter_by(email=PHYSICS).one()
            return {
                "personal": stage.feed("physics"),
                "public": LINKS.programme_feed("mentor"),
                "department": LINKS.department_feed(department.id, 1),
                "desk": LINKS.desk_feed(coordinator.id, 1),
            }[request.param]

    def test_nothing_is_built(self, visitor: Visitor, each: str) -> None:
        first = visitor.get(each)
        assert (first.status_code, first.data[:15]) == (200, b"BEGIN:VCALENDAR")
        feeds.forget()
        again = visitor.get(each, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data, feeds.kept()) == (304, b"", 0)
        assert visitor.get(each).data == first.data
        assert feeds.kept() > 0, "the control: a feed that is asked for is written"

    def test_packed_for_those_who_take_it(self, visitor: Visitor, each: str) -> None:
        first = visitor.get(each)
        packed = visitor.get(each, Accept_Encoding="br, gzip;q=0.5")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == first.data
        assert packed.data == visitor.get(each, Accept_Encoding="gzip").data
        assert len(packed.data) < len(first.data) * 0.6
        assert "Content-Encoding" not in first.headers
        assert "Content-Encoding" not in visitor.get(each, Accept_Encoding="gzip;q=0").headers
        assert first.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        assert first.headers["ETag"] != packed.headers["ETag"], "other bytes, another tag"

    def test_either_tag_will_do(self, visitor: Visitor, each: str) -> None:
        """A reader who came for the one coding may come again for the other."""
        first, packed = visitor.get(each), visitor.get(each, Accept_Encoding="gzip")
        for known in (first, packed):
            for taking in ({}, {"Accept_Encoding": "gzip"}):
                again = visitor.get(each, If_None_Match=known.headers["ETag"], **taking)
                assert (again.status_code, again.data) == (304, b"")

    def test_head_packs_too(self, visitor: Visitor, each: str) -> None:
        get = visitor.get(each, Accept_Encoding="gzip")
        head = visitor.get(each, method="HEAD", Accept_Encoding="gzip")
        assert (head.status_code, head.data, list(head.headers)) == (200, b"", list(get.headers))


class TestFetched:
    def fetched(self, stage: Stage, name: str = "Alva Fysik") -> datetime | None:
        with stage.database.reading() as session:
            return session.query(Person).filter_by(name=name).one().feed_fetched_at

    def test_is_noted_at_most_once_an_hour_also_when_nothing_changed(self, stages: Stage) -> None:
        visitor, address = stages.visitor(), stages.feed("physics")
        assert self.fetched(stages) is None
        tag = visitor.get(address).headers["ETag"]
        assert self.fetched(stages) == NOW
        assert self.fetched(stages, "Anders Fysik") is None
        stages.clock.now = NOW + timedelta(minutes=59)
        visitor.get(address)
        assert self.fetched(stages) == NOW
        stages.clock.now = NOW + timedelta(minutes=61)
        assert visitor.get(address, If_None_Match=tag).status_code == 304
        assert self.fetched(stages) == NOW + timedelta(minutes=61)

    def test_a_wrong_address_notes_nothing(self, stage: Stage) -> None:
        stage.visitor().get(stage.feed("physics").replace("-1-", "-2-"))
        assert self.fetched(stage) is None

    @pytest.mark.parametrize(
        "failure", [OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked")), PoolTimeout()]
    )
    def test_that_it_cannot_be_noted_is_no_reason_to_send_nothing(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, failure: Exception
    ) -> None:
        def busy() -> None:
            raise failure

        monkeypatch.setattr(stage.database, "writing", busy)
        assert stage.visitor().get(stage.feed("physics")).status_code == 200
        assert self.fetched(stage) is None


class TestAddresses:
    def test_a_revoked_one_is_not_found(self, stages: Stage) -> None:
        visitor, old = stages.visitor(), stages.feed("physics")
        with stages.database.writing() as session:
            session.get_one(Pair, stages.world.pairs["physics"]).mentee.feed_generation += 1
        assert visitor.get(old).status_code == 404
        assert visitor.get(stages.feed("physics")).status_code == 200

    def test_one_made_for_something_else_is_not_found(self, stage: Stage, visitor: Visitor) -> None:
        with stage.database.reading() as session:
            person_id = session.get_one(Pair, stage.world.pairs["physics"]).mentee_id
        assert visitor.get(f"/feeds/{LINKS.token('door', person_id, 1)}.ics").status_code == 404

    def test_nor_is_a_tampered_one(self, visitor: Visitor, address: str) -> None:
        token = address.removeprefix(f"{LINKS.base_url}/feeds/").removesuffix(".ics")
        row, generation, mac = token.split("-")
        others = [
            f"{int(row) + 1}-{generation}-{mac}",
            f"{row}-{int(generation) + 1}-{mac}",
            f"0{row}-{generation}-{mac}",
            f"{row}-{generation}-{'a' * 32}",
            f"{row}-{generation}-{mac[:-1]}",
            f"{row}-{generation}-{mac.upper()}",
            f"{row}-{generation}-{mac}%0A",
            f"{row}-{generation}-",
            "9" * 30,
            "",
        ]
        assert {visitor.get(f"/feeds/{other}.ics").status_code for other in others} == {404}
        assert visitor.get(address).status_code == 200

    def test_nor_one_for_nobody(self, visitor: Visitor) -> None:
        assert visitor.get(LINKS.feed(4711, 1)).status_code == 404

    def test_all_of_them_alike(self, stage: Stage, visitor: Visitor, address: str) -> None:
        unknown = visitor.get(LINKS.feed(4711, 1)).text
        assert visitor.get(address.replace("-1-", "-2-")).text == unknown
        assert visitor.get("/feeds/nonsense.ics").text == unknown


def test_a_programmes_events_are_not_in_it(stage: Stage) -> None:
    with stage.database.writing() as session:
        an_event(session, session.get_one(Pair, stage.world.pairs["physics"]).programme, "dinner")
    assert "dinner" not in stage.visitor().get(stage.feed("physics")).text
