"""A longer search from the desk: started, looked in on, stopped, and what it found is sent."""

import threading
from typing import Any

import pytest

from scheduler.jobs.wave_runs import search_one
from scheduler.models import Pair, Proposal, WaveRun
from scheduler.programme.waves import wave_plans, wave_runs
from scheduler.programme.waves.wave_plans import Question, WavePlan
from scheduler.slots import Cohort, Plan, plan
from scheduler.states import RunState
from scheduler.web.desk import waves
from tests.builders import NOW, a_meeting
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.test_desk_waves import work
from tests.web.world import ALL, ENGLISH, PHYSICS

AT = "/c/mentor/wave"
QUERY = f"{AT}?first=2026-11-09&last=2026-11-22&minutes=45&sending=propose"
START, RUN = f"{AT}/runs", f"{AT}/runs/1"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's two seconds are too few to prove anything."""

    def told(asked: Question, found: Plan) -> WavePlan:
        plan = answer(asked, found)
        return WavePlan(plan.placed, plan.unplaced, plan.skipped, False, (len(plan.placed) + 1, plan.bound[1]))

    answer = Question.told
    monkeypatch.setattr(Question, "told", told)


def begin(visitor: Visitor) -> Page:
    answer = visitor.send(visitor.read(QUERY).form(START))
    assert (answer.status_code, answer.location) == (303, RUN)
    return visitor.read(RUN)


def search(stage: Stage) -> None:
    assert search_one(stage.database, clock=stage.clock, closing=threading.Event(), every=0.05)


def test_a_page_says_what_is_proven_and_offers_no_longer_search_for_it(stage: Stage) -> None:
    page = stage.visitor(email=ALL).read(QUERY)
    assert "It is proven that no plan places more of them, nor as many at better hours." in page.main.text
    assert not page.all("form", action=START)


def test_the_page_searches_for_two_seconds_at_most(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def noting(cohort: Cohort, **kwargs: Any) -> Plan:
        given.append(cohort.seconds)
        return plan(cohort, **kwargs)

    monkeypatch.setattr(wave_plans, "plan", noting)
    stage.visitor(email=ALL).read(QUERY)
    assert given == [2.0]


def test_so_many_pairs_that_the_page_would_wait_are_left_to_a_longer_search(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waves, "AT_ONCE", 4)
    visitor = stage.visitor(email=ALL)
    page = visitor.read(QUERY)
    assert "These are too many pairs to plan while you wait." in page.main.text
    assert not page.all("table")
    assert visitor.send(page.form(START)).location == RUN
    search(stage)
    assert visitor.read(RUN).form(f"{RUN}/send")
    monkeypatch.setattr(waves, "AT_ONCE", 5)
    assert visitor.read(QUERY).all("table")


def test_a_longer_search_is_started_looked_in_on_and_sent(stages: Stage, hasty: None) -> None:
    visitor = stages.visitor(email=PHYSICS)
    page = begin(visitor)
    assert "It waits until a worker begins." in page.main.text
    assert page.all("div", data_again="")
    assert f"Asked for by {PHYSICS}" in page.main.text
    search(stages)
    page = visitor.read(RUN)
    assert "The plan is ready." in page.main.text
    assert not page.all("div", data_again="")
    assert "At most 5 pairs can be placed; it is not proven that this is the best plan." in page.main.text
    answer = visitor.send(page.form(f"{RUN}/send"))
    assert (answer.status_code, answer.location) == (303, RUN)
    work(stages)
    page = visitor.read(RUN)
    assert page.one(role="status").text == "4 proposals are on their way."
    assert "It was sent Monday 2 November 2026" in page.main.text
    assert not page.all("form", action=f"{RUN}/send")
    with stages.database.reading() as session:
        assert session.query(Proposal).count() == 4


def test_how_far_it_is_and_that_it_is_about_to_stop(stage: Stage, hasty: None) -> None:
    visitor = stage.visitor(email=ALL)
    begin(visitor)
    with stage.database.writing() as session:
        claimed = wave_runs.claim(session, now=NOW)
        assert claimed
        wave_runs.beat(session, claimed, pairs=5, placed=3, most=4, now=NOW)
    page = visitor.read(RUN)
    assert "3 of 5 pairs have a time so far; at most 4 can have one. It has looked for 0:00." in page.main.text
    (bar,) = page.all("progress")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("3", "4")
    assert visitor.send(page.form(f"{RUN}/stop")).location == RUN
    assert "It is about to stop." in visitor.read(RUN).main.text
    with stage.database.writing() as session:
        plan = wave_runs.question(session, claimed, now=NOW).answer(seconds=0)
        wave_runs.finish(session, claimed, plan, now=NOW)
    assert "It was stopped; this is the best plan so far." in visitor.read(RUN).main.text


def test_what_a_worker_has_left_is_shown_and_can_be_stopped_with(stage: Stage, hasty: None) -> None:
    visitor = stage.visitor(email=ALL)
    begin(visitor)
    with stage.database.writing() as session:
        claimed = wave_runs.claim(session, now=NOW)
        assert claimed
        plan = wave_runs.question(session, claimed, now=NOW).answer(seconds=0)
        wave_runs.give_back(session, claimed, plan, now=NOW)
    page = visitor.read(RUN)
    assert "4 of 5 pairs have a time so far" in page.main.text
    assert not page.all("form", action=f"{RUN}/send")
    visitor.send(page.form(f"{RUN}/stop"))
    page = visitor.read(RUN)
    assert "It was stopped; this is the best plan so far." in page.main.text
    assert page.form(f"{RUN}/send")


def test_stopped_before_it_began_there_is_nothing_to_send(stage: Stage, hasty: None) -> None:
    visitor = stage.visitor(email=ALL)
    visitor.send(begin(visitor).form(f"{RUN}/stop"))
    page = visitor.read(RUN)
    assert "It was interrupted before there was a plan; start it again." in page.main.text
    assert not page.all("form", action=f"{RUN}/send")
    stage.app.config["WTF_CSRF_ENABLED"] = False
    assert visitor.post(f"{RUN}/send").status_code == 409


def test_one_at_a_time(stage: Stage, hasty: None) -> None:
    visitor = stage.visitor(email=ALL)
    form = visitor.read(QUERY).form(START)
    assert visitor.send(form).status_code == 303
    refused = visitor.send(form)
    assert refused.status_code == 409
    assert "A search for a wave is under way already" in refused.text
    listed = visitor.read(AT).one("section", aria_labelledby="waves")
    assert "9 November 2026 – 22 November 2026 : It waits until a worker begins." in listed.text


def test_what_cannot_be_searched_for_is_said_at_the_form(stage: Stage, hasty: None) -> None:
    visitor = stage.visitor(email=ALL)
    answer = visitor.send(visitor.read(QUERY).form(START), last="2026-11-08")
    assert answer.status_code == 303
    (alert,) = visitor.read(answer.location, 422).all(role="alert")
    assert alert.text.startswith("This lies before the first date")
    with stage.database.reading() as session:
        assert session.query(WaveRun).count() == 0


def test_it_is_of_the_desks_own_pairs_and_no_other_desk_sees_it(stage: Stage, hasty: None) -> None:
    begin(stage.visitor(email=PHYSICS))
    search(stage)
    assert stage.visitor(email=ENGLISH).get(RUN).status_code == 404
    assert "Waves so far" not in stage.visitor(email=ENGLISH).read(AT).main.text
    assert stage.visitor(email=ALL).read(RUN).form(f"{RUN}/send")


def test_what_was_taken_meanwhile_is_told(stage: Stage, hasty: None) -> None:
    visitor = stage.visitor(email=ALL)
    begin(visitor)
    search(stage)
    form = visitor.read(RUN).form(f"{RUN}/send")
    with stage.database.writing() as session:
        a_meeting(session, session.get_one(Pair, stage.world.pairs["to book"]), days=9)
    visitor.send(form)
    work(stage)
    page = visitor.read(RUN)
    assert page.one(role="status").text == "3 proposals are on their way."
    lost = page.all("table")[0]
    assert lost.one("caption").text == "Not sent"
    assert "Maja Ledig – Mattias Ledig They had got a meeting or a proposal meanwhile." in lost.text
    with stage.database.reading() as session:
        assert session.get_one(WaveRun, 1).state is RunState.SENT


def test_what_was_sent_before_each_pair_was_kept_says_that_it_was(stage: Stage, hasty: None) -> None:
    visitor = stage.visitor(email=ALL)
    begin(visitor)
    search(stage)
    with stage.database.writing() as session:
        run = session.get_one(WaveRun, 1)
        run.state, run.sent_at = RunState.SENT, NOW
    page = visitor.read(RUN)
    assert page.one(role="status").text == "It was sent."
    assert not page.all("form", action=f"{RUN}/send")
