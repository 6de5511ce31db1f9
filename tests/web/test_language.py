"""Choosing a language, and being sent back to where one was: here, and nowhere else."""

import pytest

from tests.web.conftest import Stage, Visitor
from tests.web.reading import Page
from tests.web.world import ALL


def choose(visitor: Visitor, locale: str, back: str = "/") -> str | None:
    """Where the visitor is sent."""
    answer = visitor.send(visitor.read("/").form("/language"), locale=locale, back=back)
    assert answer.status_code == 303
    return answer.location


def test_every_page_offers_the_other_language_in_its_own_words(stage: Stage) -> None:
    for languages, code, name in (("en", "sv", "Svenska"), ("sv", "en", "English")):
        page = stage.visitor(languages=languages).read("/p/mentor/")
        (button,) = [each for each in page.all("button") if each.attributes.get("name") == "locale"]
        assert (button.text, button.attributes["value"], button.attributes["lang"]) == (name, code, code)


def test_the_choice_goes_before_the_browsers(stage: Stage) -> None:
    visitor = stage.visitor(languages="en")
    choose(visitor, "sv")
    assert visitor.read("/").language == "sv"
    choose(visitor, "en")
    assert visitor.read("/").language == "en"


def test_the_choice_lasts_beyond_the_browsers_session(visitor: Visitor) -> None:
    answer = visitor.send(visitor.read("/").form("/language"), locale="sv")
    assert "Expires=" in answer.headers["Set-Cookie"]


def test_a_language_that_we_do_not_speak_changes_nothing(visitor: Visitor) -> None:
    for locale in ("fi", "", "../../etc", "sv\n"):
        choose(visitor, locale)
        assert visitor.read("/").language == "en"


@pytest.mark.parametrize("back", ["/", "/p/mentor/", "/sign-in", "/c/mentor/deliveries?state=failed&page=1"])
def test_back_to_the_page_one_was_on(visitor: Visitor, back: str) -> None:
    assert choose(visitor, "sv", back) == back


def test_that_page_says_where_it_is_and_what_it_shows(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    for address in ("/p/mentor/", "/c/mentor/deliveries?state=failed"):
        assert visitor.read(address).form("/language").fields["back"] == address


def test_from_a_form_that_was_refused_back_to_its_page(stage: Stage) -> None:
    visitor = stage.visitor(email=ALL)
    address = f"/c/mentor/meetings/{stage.world.meetings['video']}"
    answer = visitor.send(visitor.read(address).form(f"{address}/link"), link="nonsense")
    form = Page(answer.text, address).form("/language")
    assert visitor.send(form, locale="sv").location == address


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/", "http://evil.example", "//evil.example/", "///evil.example", "////evil.example/%2f..",
        "/\\evil.example", "\\\\evil.example", "/%5cevil.example", "https:evil.example", "/\t/evil.example",
        "/\n/evil.example", "\t//evil.example", " //evil.example", "javascript:alert(1)", "data:text/html,x",
        "//evil.example\\@traff.example.org", "/p/mentor/\r\nSet-Cookie: a=b", "/p/mentor/?\r\nX: y", "/nothing",
        "/sign-out", "/language", "", "?", "p/mentor/", "/p/mentor", "/j/\x00", "https://traff.example.org@evil.example/",
        "/" * 5000, "/." * 3000,
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(visitor: Visitor, back: str) -> None:
    assert choose(visitor, "sv", back) == "/"


def test_a_query_is_only_a_query(visitor: Visitor) -> None:
    assert choose(visitor, "sv", "/?next=//evil.example/") == "/?next=//evil.example/"


def test_is_a_form_and_no_link(visitor: Visitor) -> None:
    assert visitor.get("/language?locale=sv&back=/").status_code == 405
    assert visitor.read("/").language == "en"
