"""Giving one's times: by the link in the mail and signed in, in one's own words and zone, with nothing lost."""

from datetime import date

import pytest
from sqlalchemy import select

from scheduler.models import Availability, Pair, Person, TimesRequest
from scheduler.programme.pairs import calendars
from scheduler.programme.people import asking
from scheduler.slots import ranked
from tests.builders import LINKS, NOW, utc
from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import everything

MONDAY, EVERY_DAY = {"week-0": "9-12, 13:30-16"}, {f"week-{day}": "17-21" for day in range(7)}
SILENT = "petra.tyst@example.org"


def person_of(stage: Stage, email: str) -> Person:
    with stage.database.reading() as session:
        return session.scalars(select(Person).where(Person.email == email)).one()


def ask(stage: Stage, email: str = SILENT) -> str:
    """The address of the link in the mail that asks this person for their times."""
    with stage.database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        pair = session.scalars(select(Pair).where(Pair.mentor_id == person.id)).one()
        asking.ask_all(session, pair.programme, by="", now=NOW)
        request = asking.request_to(session, pair.programme, person)
        assert request is not None
        return LINKS.times(request.id, request.generation).removeprefix(LINKS.base_url)


def rows(stage: Stage, email: str = SILENT) -> tuple[list[object], dict[str, object], object] | None:
    with stage.database.reading() as session:
        found = session.scalars(
            select(Availability).join(Availability.person).where(Person.email == email)
        ).one_or_none()
        return (found.weekly, found.overrides, found.comfort) if found else None


def sent(visitor: Visitor, address: str, **fields: str) -> Page:
    """The page that comes of sending the form with these fields, which is a refusal."""
    answer = visitor.send(visitor.read(address).form(address), **fields)
    assert answer.status_code == 422, answer.text
    return Page(answer.text, address)


class TestByLink:
    def test_one_form_and_it_is_done(self, stages: Stage) -> None:
        address, visitor = ask(stages), stages.visitor()
        page = visitor.read(address)
        assert page.heading == "When can you meet?"
        answer = visitor.send(
            page.form(address), **MONDAY, timezone="America/New_York",
            **{"spells-0-first": "2026-12-24", "spells-0-last": "2026-12-26",
               "spells-1-first": "2026-12-27", "spells-1-hours": "10-11", "comfort-5": "best"},
        )  # fmt: skip
        assert (answer.status_code, answer.location) == (303, f"{address}/given")
        page = visitor.read(answer.location)
        assert page.facts == {
            "Time zone": "New York (GMT-5)",
            "Your week": "Monday: 09:00–12:00 and 13:30–16:00",
            "Days that are otherwise": "24 December 2026 – 26 December 2026: not at all 27 December 2026: 10:00–11:00",
            "Which hours suit you best":
                "Best: 09–12, 12–14, 14–17 and 17–20 Fine: 06–09 Only if needed: 00–06 and 20–24",
        }  # fmt: skip
        assert page.links["Change your times"] == address
        assert person_of(stages, SILENT).timezone == "America/New_York"
        weekly, overrides, comfort = rows(stages) or ([], {}, None)
        assert weekly == [[0, "09:00", "12:00"], [0, "13:30", "16:00"]]
        assert overrides == {
            "2026-12-24": [], "2026-12-25": [], "2026-12-26": [], "2026-12-27": [["10:00", "11:00"]]
        }  # fmt: skip
        assert comfort is not None
        with stages.database.reading() as session:
            requests = {row.person.email: row.answered_at for row in session.scalars(select(TimesRequest))}
        assert requests.pop(SILENT) == NOW
        assert set(requests.values()) == {None}

    def test_without_cookies_and_from_another_site(self, stage: Stage) -> None:
        address = ask(stage)
        fields = {**stage.visitor().read(address).form(address).fields, **MONDAY}
        answer = stage.app.test_client(use_cookies=False).post(f"{LINKS.base_url}{address}", data=fields)
        assert answer.status_code == 303
        assert rows(stage) is not None

    def test_the_form_shows_what_we_have_and_sent_unchanged_keeps_it(self, stage: Stage) -> None:
        address, visitor = ask(stage), stage.visitor()
        visitor.send(
            visitor.read(address).form(address), **MONDAY,
            **{"spells-0-first": "2026-12-24", "spells-0-last": "2027-01-02", "comfort-0": "best"},
        )  # fmt: skip
        before = rows(stage)
        form = visitor.read(address).form(address)
        assert form.fields["week-0"] == "09-12, 13:30-16"
        assert [form.fields[f"spells-0-{name}"] for name in ("first", "last", "hours")] == [
            "2026-12-24", "2027-01-02", ""
        ]  # fmt: skip
        assert visitor.send(form).status_code == 303
        assert rows(stage) == before

    def test_what_leaves_comfort_as_it_was_leaves_the_engines_own(self, stage: Stage) -> None:
        address, visitor = ask(stage), stage.visitor()
        visitor.send(visitor.read(address).form(address), **MONDAY)
        assert (rows(stage) or (0, 0, 0))[2] is None

    def test_speaks_the_persons_language_whatever_the_browser(self, stage: Stage) -> None:
        with stage.database.writing() as session:
            session.scalars(select(Person).where(Person.email == SILENT)).one().locale = "sv"
        address, visitor = ask(stage), stage.visitor(languages="en")
        page = visitor.read(address)
        assert (page.language, page.heading) == ("sv", "När kan du träffas?")
        page = sent(visitor, address, **{"week-1": "kvällar"})
        assert "”kvällar” går inte att förstå; skriv tider som 9-12, 13:30-16." in page.main.text
        answer = visitor.send(visitor.read(address).form(address), **MONDAY)
        assert visitor.read(answer.location).facts["Din vecka"] == "Måndag: 09:00–12:00 och 13:30–16:00"

    def test_offers_every_zone_and_has_the_persons_own(self, stage: Stage) -> None:
        address = ask(stage)
        page = stage.visitor().read(address)
        options = page.one("select", id="timezone").all("option")
        assert [each.text for each in options if "selected" in each.attributes] == ["Europe/Stockholm"]
        assert len(options) > 400
        assert page.form(address).fields["timezone"] == "Europe/Stockholm"

    @pytest.mark.parametrize("what", ["revoked", "foreign", "nothing", "another kind"])
    def test_an_address_that_is_none_is_404(self, stage: Stage, what: str) -> None:
        address = ask(stage)
        if what == "revoked":
            with stage.database.writing() as session:
                for request in session.scalars(select(TimesRequest)):
                    request.generation += 1
        else:
            address = {
                "foreign": LINKS.times(4711, 1).removeprefix(LINKS.base_url),
                "nothing": "/times/nothing",
                "another kind": f"/times/{LINKS.token('door', 1, 1)}",
            }[what]
        visitor, before = stage.visitor(), everything(stage.database)
        answers = [visitor.get(address), visitor.post(address, MONDAY), visitor.get(f"{address}/given")]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert everything(stage.database) == before

    def test_looking_changes_nothing(self, stage: Stage) -> None:
        address = ask(stage)
        before = everything(stage.database)
        for path in (address, f"{address}/given"):
            assert stage.visitor().get(path).status_code == 200
        assert everything(stage.database) == before


class TestMistakes:
    @pytest.mark.parametrize(
        ("fields", "field", "sentence"),
        [
            ({"week-2": "evenings"}, "week-2", "“evenings” is not understood; write hours as 9-12, 13:30-16."),
            ({"week-2": "9-9"}, "week-2", "“09:00-09:00” ends where it starts; for a whole day write 0-24."),
            ({"spells-0-first": "Christmas"}, "spells-0-first",
             "“Christmas” is not a date from today to three years ahead; write it as 2026-12-24."),
            ({"spells-0-hours": "9-12"}, "spells-0-first", "Say which day these hours are for, as 2026-12-24."),
            ({"spells-0-first": "2026-12-24", "spells-0-last": "2026-12-23"}, "spells-0-first",
             "The last day lies before the first; change one of them."),
            ({"spells-0-first": "2026-12-24", "spells-0-hours": "soon"}, "spells-0-hours",
             "“soon” is not understood; write hours as 9-12, 13:30-16."),
            ({"timezone": "Europe/Stokholm"}, "timezone",
             "Time zone: there is no “Europe/Stokholm”; choose one from the list, such as Europe/Stockholm."),
        ],
    )  # fmt: skip
    def test_are_told_at_their_field_and_nothing_is_lost(
        self, stage: Stage, fields: dict[str, str], field: str, sentence: str
    ) -> None:
        address, visitor = ask(stage), stage.visitor()
        before = everything(stage.database)
        page = sent(visitor, address, **{**MONDAY, "week-4": "10-11", "comfort-1": "best", **fields})
        marked = page.one(id=field)
        assert marked.attributes["aria-invalid"] == "true"
        told = [page.one(id=name).text for name in marked.attributes["aria-describedby"].split()]
        assert told[0] == sentence
        assert page.main.text.count(sentence) == 1
        assert page.one(role="alert").text == "Nothing is saved yet: see what is marked below."
        kept = page.form(address).fields
        assert {name: kept[name] for name in fields} == fields
        assert (kept["week-0"], kept["week-4"], kept["comfort-1"]) == (MONDAY["week-0"], "10-11", "best")
        assert everything(stage.database) == before

    def test_of_several_fields_are_all_told(self, stage: Stage) -> None:
        address = ask(stage)
        page = sent(stage.visitor(), address, **{"week-0": "a", "week-6": "b", "spells-1-first": "c"})
        marked = [each.attributes["id"] for each in page.all(aria_invalid="true")]
        assert marked == ["week-0", "week-6", "spells-1-first", "spells-1-last", "spells-1-hours"]

    def test_no_hours_at_all_are_one_sentence_for_the_whole(self, stage: Stage) -> None:
        address = ask(stage)
        page = sent(stage.visitor(), address)
        assert page.one(role="alert").text == "No hours are given; choose at least one period when you can meet."

    def test_of_programs_are_refused_as_well(self, stage: Stage) -> None:
        address, visitor = ask(stage), stage.visitor()
        for fields in (
            {"comfort-0": "perfect"},
            {"spells-0-first": "2020-01-01"},
            {"spells-0-first": "2026-12-24", "spells-0-last": "9999-12-31"},
            {"week-0": ",".join(["9-10"] * 200)},
        ):
            sent(visitor, address, **{**MONDAY, **fields})
        assert visitor.post(address, {}).status_code == 422
        assert rows(stage) is None

    def test_what_is_typed_is_text(self, stage: Stage) -> None:
        address = ask(stage)
        page = sent(stage.visitor(), address, **{"week-0": '"><script>alert(1)</script>'})
        assert len(page.all("script")) == len(stage.visitor().read(address).all("script"))


def test_more_rows_for_dates_lose_nothing_and_save_nothing(stage: Stage) -> None:
    address, visitor = ask(stage), stage.visitor()
    before = everything(stage.database)
    answer = visitor.send(
        visitor.read(address).form(address), **MONDAY, **{"spells-1-first": "2026-12-24", "week-3": "later"}, more="1"
    )
    assert answer.status_code == 200
    fields = Page(answer.text, address).form(address).fields
    assert sum(name.endswith("-first") for name in fields) == 4
    assert (fields["week-0"], fields["week-3"], fields["spells-1-first"]) == ("9-12, 13:30-16", "later", "2026-12-24")
    assert everything(stage.database) == before


class TestSignedIn:
    def test_the_same_page_without_a_link(self, stages: Stage) -> None:
        visitor = stages.visitor(email=SILENT)
        assert visitor.read("/me/").links["Give your times"] == "/me/times"
        answer = visitor.send(visitor.read("/me/times").form("/me/times"), **EVERY_DAY)
        assert (answer.status_code, answer.location) == (303, "/me/times/given")
        page = visitor.read("/me/times/given")
        assert page.facts["Your week"] == "Monday–Sunday: 17:00–21:00"
        assert page.links["Change your times"] == "/me/times"
        assert visitor.read("/me/").links["Change your times"] == "/me/times"
        assert len((rows(stages) or ([], 0, 0))[0]) == 7

    def test_mistakes_are_told_there_too(self, stage: Stage) -> None:
        page = sent(stage.visitor(email=SILENT), "/me/times", **{"week-0": "evenings"})
        assert page.one(id="week-0").attributes["aria-invalid"] == "true"

    def test_who_is_not_signed_in_signs_in_first(self, stage: Stage) -> None:
        assert stage.visitor().get("/me/times").location == "/sign-in?next=/me/times"

    def test_another_site_cannot_send_it(self, stage: Stage) -> None:
        visitor = stage.visitor(email=SILENT)
        fields = {**visitor.read("/me/times").form("/me/times").fields, **MONDAY}
        assert visitor.post("/me/times", {**fields, "csrf_token": "forged"}).status_code == 400
        assert rows(stage) is None

    def test_who_is_no_person_of_ours_finds_nothing(self, stage: Stage) -> None:
        visitor = stage.visitor(email="all@example.org")
        assert [visitor.get(f"/me/times{path}").status_code for path in ("", "/given")] == [404, 404]


def test_hours_given_on_the_page_are_what_the_engine_uses(stages: Stage) -> None:
    """Nine to noon in New York is three to six in Stockholm, where the mentee can meet from five."""
    address, visitor = ask(stages), stages.visitor()
    visitor.send(visitor.read(address).form(address), timezone="America/New_York", **{"week-0": "9-12"})
    with stages.database.reading() as session:
        pair = session.scalars(select(Pair).join(Pair.mentor).where(Person.email == SILENT)).one()
        day = date(2026, 11, 16)
        known = calendars.of_pairs(session, pair.programme, [pair], first=day, last=day)
        slots = ranked(known.problem(pair, minutes=30, step=30, notice=0, now=NOW))
    assert sorted(slot.start for slot in slots) == [int(utc(2026, 11, 16, 16, half).timestamp()) for half in (0, 30)]
