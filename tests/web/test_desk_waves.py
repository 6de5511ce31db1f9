"""A wave from the desk: the plan that is shown is the plan that is sent."""

from datetime import date, timedelta

import pytest

from scheduler.models import AuditEntry, Coordinator, Delivery, Meeting, Pair, Proposal, Wave, WaveRun
from scheduler.programme.pairs import meetings
from scheduler.programme.pairs.modes import Video
from scheduler.programme.waves import sent_runs, waves
from scheduler.slots import zones
from scheduler.states import Action, MeetingState, ProposalState
from scheduler.web.desk import waves as pages
from tests.builders import NOW, Days, a_meeting, a_pair, a_person, some_hosts
from tests.crowds import PATIENCE
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, everything

AT = "/c/mentor/wave"
SEND = f"{AT}/send"
DATES = "first=2026-11-09&last=2026-11-22&minutes=45"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits until its plan is proven the best, also on a machine with much else to do."""
    monkeypatch.setattr(pages, "PATIENCE", PATIENCE)


def look(visitor: Visitor, sending: str = "propose") -> Page:
    return visitor.read(f"{AT}?{DATES}&sending={sending}")


def send(stage: Stage, visitor: Visitor, page: Page) -> Page:
    """Presses the one button under the plan, and lets the worker do it; the page that it leads to."""
    answer = visitor.send(page.form(SEND))
    assert answer.status_code == 303, answer.text
    work(stage)
    return visitor.read(answer.location)


def work(stage: Stage) -> None:
    """All that is to be sent is sent by a worker."""
    more = True
    while more:
        with stage.database.writing() as session:
            more = sent_runs.send_some(session, now=stage.clock())


def tables(page: Page) -> dict[str, list[dict[str, str]]]:
    """The rows of each table, by its caption."""
    return {
        table.one("caption").text: [
            {cell.attributes["data-label"]: cell.text for cell in row.all("td")} for row in table.one("tbody").all("tr")
        ]
        for table in page.all("table")
    }


class TestChoosing:
    def test_the_usual_dates_stand_there(self, stage: Stage) -> None:
        page = stage.visitor(email=ALL).read(AT)
        values = {each.attributes["name"]: each.attributes.get("value") for each in page.main.all("input", required="")}
        assert values == {"first": "2026-11-04", "last": "2026-11-24", "minutes": "45"}
        assert not page.all("table")

    @pytest.mark.parametrize(
        ("query", "problem"),
        [
            ("first=2026-11-09&last=2026-11-08&minutes=45&sending=book", "This lies before the first date; choose"),
            ("first=2026-10-09&last=2026-11-01&minutes=45&sending=book", "This date has passed; choose one"),
            ("first=2026-11-09&last=2027-11-30&minutes=45&sending=book", "A wave spans at most a year; choose"),
            ("first=soon&last=2026-11-30&minutes=45&sending=book", "Write a date, such as 2026-11-03."),
            ("first=2026-11-09&last=&minutes=45&sending=book", "Write a date, such as 2026-11-03."),
            ("first=2026-11-09&last=2026-11-30&minutes=481&sending=book", "A meeting lasts from 5 to 480 minutes."),
            ("first=2026-11-09&last=2026-11-30&minutes=x&sending=book", "A meeting lasts from 5 to 480 minutes."),
            ("first=2026-11-09&last=2026-11-30&minutes=45&sending=x", "Choose one of the two."),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, stage: Stage, query: str, problem: str) -> None:
        page = stage.visitor(email=ALL).read(f"{AT}?{query}", 422)
        (alert,) = page.all(role="alert")
        assert alert.text.startswith(problem)
        assert not page.all("table")


class TestPlan:
    def test_shows_who_meets_when_on_both_walls_and_who_does_not_and_why(self, stages: Stage) -> None:
        with stages.database.writing() as session:
            programme = session.get_one(Pair, stages.world.pairs["to book"]).programme
            far = a_person(
                session, "Fia Fjärran", zone="America/New_York", weekly=[[d, "08:00", "15:00"] for d in range(5)]
            )
            a_pair(session, programme, far, a_person(session, "Nils Nära"))
        found = tables(look(stages.visitor(email=ALL)))
        out = found.pop("Without a time")
        assert out == [
            {"Pair": "Pelle Prat – Petra Tyst", "Why": "No times from Petra Tyst.",
             "What helps": "Ask Petra Tyst for times."}
        ]  # fmt: skip
        (placed,) = found.values()
        assert {row["Pair"] for row in placed} == {
            "Maja Ledig – Mattias Ledig", "Ida Inställd – Inge Inställd", "Lova Log – Ludvig Log",
            "Hugo Held – Hanna Held", "Nils Nära – Fia Fjärran",
        }  # fmt: skip
        (abroad,) = [row["When"] for row in placed if "Fia" in row["Pair"]]
        assert "For Fia Fjärran:" in abroad
        assert "New York (GMT-5)" in abroad
        assert "For Nils" not in abroad
        assert {row["Host"] for row in placed} <= {"zoom-1@example.org"}

    def test_each_pair_leads_to_its_page(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        links = {link.text: link.attributes["href"] for link in look(visitor).all("a")}
        for names in ("Pelle Prat – Petra Tyst", "Ida Inställd – Inge Inställd"):
            assert visitor.read(links[names]).one("h1").text == names

    def test_says_what_the_pool_gives(self, stage: Stage) -> None:
        page = look(stage.visitor(email=ALL))
        assert page.one("section", aria_labelledby="plan").all("li")[-1].text == "zoom-1@example.org: 4 meetings"

    def test_looking_sends_nothing(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        before = everything(stages.database)
        look(visitor)
        look(visitor, "book")
        assert everything(stages.database) == before

    def test_of_a_department_only_its_own(self, stages: Stage) -> None:
        page = look(stages.visitor(email=ENGLISH))
        assert not page.all("table")
        assert "2 pairs are left out, since they have a meeting or a proposal." in page.main.text
        pairs = {row["Pair"] for rows in tables(look(stages.visitor(email=PHYSICS))).values() for row in rows}
        assert "Maja Ledig – Mattias Ledig" in pairs
        assert len(pairs) == 5


class TestSending:
    def test_proposes_exactly_what_was_shown(self, stages: Stage) -> None:
        visitor = stages.visitor(email=PHYSICS)
        page = look(visitor)
        shown = {row["Pair"]: row["When"] for row in next(iter(list(tables(page).values())[1:]))}
        after = send(stages, visitor, page)
        assert after.all(role="status")[0].text == "4 proposals are on their way."
        with stages.database.reading() as session:
            made = session.query(Proposal).filter_by(state=ProposalState.OPEN).all()
            first = {f"{row.pair.mentee.name} – {row.pair.mentor.name}": row.slots[0].starts_at for row in made}
            assert first.keys() == shown.keys()
            for name, start in first.items():
                assert f"{start.astimezone(zones.zone('Europe/Stockholm')):%H:%M}–" in shown[name]
            assert {len(row.slots) for row in made} == {3}
            notes = session.query(AuditEntry).filter_by(action=Action.WAVE_PROPOSED).all()
            assert [(note.by, note.details) for note in notes] == [(PHYSICS, {"pairs": 4})]
            assert session.query(Delivery).filter_by(kind="SendProposal").count() == 8
        assert "No pair" not in after.main.text

    def test_books_exactly_what_was_shown(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        page = look(visitor, "book")
        with stages.database.reading() as session:
            programme = session.get_one(Pair, stages.world.pairs["to book"]).programme
            plan = waves.plan_wave(
                session, programme, first=date(2026, 11, 9), last=date(2026, 11, 22), minutes=45, now=NOW
            )
            wanted = {(slot.pair.id, slot.starts_at) for slot in plan.placed}
        before = booked(stages)
        stages.clock.now += timedelta(hours=3)  # the plan of now might be another
        assert (
            send(stages, visitor, page).all(role="status")[0].text == "4 meetings are booked, and everybody is invited."
        )
        assert booked(stages) - before == wanted

    def test_the_prices_of_the_plan_are_sent_along_for_answers_to_declines(self, stage: Stage) -> None:
        visitor = stage.visitor(email=ALL)
        with stage.database.writing() as session:
            programme = session.get_one(Pair, stage.world.pairs["to book"]).programme
            for number in range(12):
                names = (f"{who} {number}" for who in ("Mentor", "Mentee"))
                a_pair(session, programme, *(a_person(session, name, weekly=[[0, "17:00", "18:00"]]) for name in names))
            dates = Days(first=date(2026, 11, 9), last=date(2026, 11, 22))
            wanted = waves.plan_wave(session, programme, **dates, minutes=45, now=NOW).prices
        send(stage, visitor, look(visitor))
        with stage.database.reading() as session:
            assert session.query(Wave).one().prices == [list(price) for price in wanted]
            assert wanted

    def test_it_is_sent_by_the_worker_while_the_page_says_how_far_it_is(
        self, stages: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sent_runs, "BATCH", 3)
        visitor = stages.visitor(email=ALL)
        answer = visitor.send(look(visitor).form(SEND))
        assert (answer.status_code, answer.location) == (303, f"{AT}/runs/1")
        for done in (0, 3):
            page = visitor.read(answer.location)
            assert page.one(role="status").text == "It is being sent."
            assert f"{done} of 4 pairs are seen to." in page.main.text
            (bar,) = page.all("progress")
            assert (bar.attributes["value"], bar.attributes["max"]) == (str(done), "4")
            assert page.all("div", data_again="")
            assert "Look again" in page.main.text
            assert not page.main.all("form")
            assert "It is being sent." in visitor.read(AT).one("section", aria_labelledby="waves").text
            with stages.database.writing() as session:
                assert session.query(Proposal).count() == done
                sent_runs.send_some(session, now=stages.clock())
        page = visitor.read(answer.location)
        assert page.one(role="status").text == "4 proposals are on their way."
        assert not page.all("div", data_again="")
        assert "It was sent." in visitor.read(AT).one("section", aria_labelledby="waves").text

    def test_sent_twice_it_is_done_once(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        form = look(visitor, "book").form(SEND)
        first = visitor.send(form)
        work(stages)
        before = booked(stages)
        second = visitor.send(form)
        work(stages)
        assert booked(stages) == before
        assert (second.status_code, second.location) == (303, first.location)
        with stages.database.reading() as session:
            assert session.query(WaveRun).count() == 1

    def test_what_was_taken_meanwhile_is_told_and_the_rest_is_booked(self, stages: Stage) -> None:
        visitor = stages.visitor(email=ALL)
        page = look(visitor, "book")
        with stages.database.writing() as session:
            pair = session.get_one(Pair, stages.world.pairs["to book"])
            plan = waves.plan_wave(
                session, pair.programme, first=date(2026, 11, 9), last=date(2026, 11, 22), minutes=45, now=NOW
            )
            (slot,) = [slot for slot in plan.placed if slot.pair.id == pair.id]
            other = a_pair(session, pair.programme, pair.mentor, a_person(session, "Extra Adept"))
            meetings.book(session, other, starts_at=slot.starts_at, minutes=45, how=Video(), now=NOW, by=ALL)
        after = send(stages, visitor, page)
        assert after.one(role="status").text == "3 meetings are booked, and everybody is invited."
        assert tables(after)["Not sent"] == [
            {"Pair": "Maja Ledig – Mattias Ledig", "Why": "The time does not suit them any more."}
        ]

    def test_a_plan_of_others_an_old_or_a_changed_one_is_refused(self, stages: Stage) -> None:
        visitor, physics = stages.visitor(email=ALL), stages.visitor(email=PHYSICS)
        form = look(visitor, "book").form(SEND)
        before = everything(stages.database)
        theirs = look(physics, "book").form(SEND)
        for who, fields in (
            (physics, {"plan": form.fields["plan"]}),
            (visitor, {"plan": theirs.fields["plan"]}),
            (visitor, {"plan": form.fields["plan"][:-1]}),
            (visitor, {"plan": ""}),
        ):
            own = theirs if who is physics else form
            answer = who.send(own, **fields)
            assert answer.status_code == 409
            assert "look at a new one" in answer.text
        stages.clock.now += timedelta(hours=13)
        assert visitor.send(form).status_code == 409
        assert everything(stages.database) == before

    def test_who_lost_a_department_cannot_send_its_plan(self, stages: Stage) -> None:
        visitor = stages.visitor(email=PHYSICS)
        form = look(visitor, "book").form(SEND)
        with stages.database.writing() as session:
            row = session.query(Coordinator).filter_by(email=PHYSICS).one()
            english = session.query(Coordinator).filter_by(email=ENGLISH).one()
            row.department_id = english.department_id
        before = everything(stages.database)
        assert visitor.send(form).status_code == 409
        assert everything(stages.database) == before

    def test_of_another_programme_it_is_not_there(self, stage: Stage) -> None:
        form = look(stage.visitor(email=ALL), "book").form(SEND)
        visitor = stage.visitor(email=OTHER)
        assert visitor.get(AT).status_code == 404
        stage.app.config["WTF_CSRF_ENABLED"] = False
        assert visitor.send(form).status_code == 404


def booked(stage: Stage) -> set[tuple[int, object]]:
    with stage.database.reading() as session:
        return {(row.pair_id, row.starts_at) for row in session.query(Meeting).filter_by(state=MeetingState.BOOKED)}


def test_without_a_pool_no_host_is_named(stage: Stage) -> None:
    with stage.database.writing() as session:
        for host in some_hosts(session, 1):
            session.delete(host)
        a_meeting(session, session.get_one(Pair, stage.world.pairs["met"]), days=30)
    assert "3 of 4 pairs" in look(stage.visitor(email=ALL)).main.text
