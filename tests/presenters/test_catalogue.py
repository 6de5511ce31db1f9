"""The catalogue holds every sentence that a user sees, and no other, as `make words` would leave it."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from scheduler.presenters.i18n import CATALOGUES, FORMATS

HOUSE = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%|\{\w*\}|https?://|[A-Z]{3,}")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The sentences in code and templates, found by the very command of the Makefile."""
    (command,) = re.findall(r"pybabel (-q extract (?:.*\\\n)*.*) -o \S+ \.\n", (HOUSE / "Makefile").read_text())
    found = tmp_path_factory.mktemp("words") / "traff.pot"
    arguments = shlex.split(command.replace("\\\n", " "))
    arguments[arguments.index("-F") + 1] = str(HOUSE / "babel.cfg")
    CommandLineInterface().run(["pybabel", *arguments, "-o", str(found), str(HOUSE)])
    with found.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def swedish() -> Catalog:
    with (CATALOGUES / "sv.po").open("rb") as file:
        return read_po(file, locale="sv")


def sentences(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def forms(of: object) -> tuple[str, ...]:
    """Singular and plural, or the one text."""
    return of if isinstance(of, tuple) else (str(of),)


def test_every_language_but_the_source_has_a_catalogue() -> None:
    assert {path.stem for path in CATALOGUES.glob("*.po")} == FORMATS.keys() - {"en"}


def test_sentences_are_found_in_code_and_in_templates(source: Catalog) -> None:
    found = {forms(message.id)[0] for message in sentences(source)}
    assert {"Pairs", "Join", "Something went wrong", "Hello %(name)s,", "Waiting for times"} <= found
    assert len(found) > 100


def test_nothing_is_missing_and_nothing_left_over(source: Catalog, swedish: Catalog) -> None:
    wanted, have = ({message.id for message in sentences(each)} for each in (source, swedish))
    assert (wanted - have, have - wanted) == (set(), set())
    assert not swedish.obsolete


def test_every_one_is_translated_and_none_by_guess(swedish: Catalog) -> None:
    assert [message.id for message in sentences(swedish) if message.fuzzy or not all(forms(message.string))] == []
    assert not swedish.fuzzy


def test_what_is_filled_in_stays_what_it_is(swedish: Catalog) -> None:
    for message in sentences(swedish):
        wanted = sorted(PLACEHOLDER.findall(forms(message.id)[-1]))
        for translation in forms(message.string):
            assert sorted(PLACEHOLDER.findall(translation)) == wanted, message.id


def test_it_ends_as_the_source_does(swedish: Catalog) -> None:
    """A sentence stays a sentence, a label a label; a greeting has its own custom."""
    ends = {".": ".", ":": ":", "?": "?", ",": "!"}
    for message in sentences(swedish):
        english, translation = forms(message.id)[-1], forms(message.string)[-1]
        wanted = ends.get(english[-1], translation[-1])
        assert translation[-1] == wanted, english
        assert (translation.strip(), "  " in translation) == (translation, False)


def test_babel_finds_no_fault_with_it(swedish: Catalog) -> None:
    assert [(message.id, list(errors)) for message, errors in swedish.check()] == []


def test_pages_speak_in_sentences_only(source: Catalog) -> None:
    """What a template writes between its tags goes through the catalogue, too."""
    bare = re.compile(r">\s*([^<>{}%#&\n]*[A-Za-z]{2}[^<>{}%#&\n]*)\s*<")
    named = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"{]*[A-Za-z]{2}[^"{]*)"')
    for template in sorted((HOUSE / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(), flags=re.S)
        found = {each.strip() for each in bare.findall(text) + named.findall(text)} - {""}
        assert found <= {"Träff", "– Träff", "traff coordinator EMAIL --programme SLUG", "https://"}, template
    assert forms(next(sentences(source)).id)[0]
