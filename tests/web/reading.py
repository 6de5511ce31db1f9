"""Pages as their readers find them: headings, texts, links and forms, read by html.parser."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"head", "script", "style", "template"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """The elements of this tag with these attributes, by the order of the page; `class_` is one of several."""
        return [each for each in self._inside() if each.matches(tag, **attributes)]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag}> {attributes} in {self.text}"
        return found[0]

    def matches(self, tag: str, **attributes: str) -> bool:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        classes = wanted.pop("class", "").split()
        have = self.attributes.get("class", "").split()
        return tag in {"", self.tag} and set(classes) <= set(have) and wanted.items() <= self.attributes.items()

    @property
    def text(self) -> str:
        """What is read here, on one line."""
        return " ".join(" ".join(self._texts()).split())

    def _inside(self) -> Iterator["Element"]:
        for each in self.content:
            if isinstance(each, Element):
                yield each
                yield from each._inside()

    def _texts(self) -> Iterator[str]:
        for each in self.content:
            if isinstance(each, str):
                yield each
            elif each.tag not in UNSEEN:
                yield from each._texts()


@dataclass(frozen=True)
class Form:
    """A form as a browser sends it: its hidden and written fields, and where to."""

    method: str
    action: str
    fields: dict[str, str]
    page: str


class Page(Element):
    """A whole page. It must be well formed: every element closed, no id twice."""

    def __init__(self, html: str, address: str = "") -> None:
        super().__init__("document")
        self.html, self.address = html, address
        _Reader(self).read(html)
        ids = [each.attributes["id"] for each in self.all() if "id" in each.attributes]
        assert len(set(ids)) == len(ids), f"an id twice: {ids}"

    @property
    def title(self) -> str:
        return " ".join(" ".join(self.one("title")._texts()).split())

    @property
    def language(self) -> str:
        return self.one("html").attributes["lang"]

    @property
    def heading(self) -> str:
        return self.one("h1").text

    @property
    def main(self) -> Element:
        return self.one("main")

    @property
    def facts(self) -> dict[str, str]:
        """What stands beside what in the page's list of facts."""
        return {fact.one("dt").text: fact.one("dd").text for fact in self.all(class_="fact")}

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of the page's table, by the heads of its columns."""
        return [
            {cell.attributes["data-label"]: cell.text for cell in row.all("td")} for row in self.one("tbody").all("tr")
        ]

    @property
    def links(self) -> dict[str, str]:
        return {each.text: each.attributes["href"] for each in self.all("a")}

    def form(self, action: str) -> Form:
        """The one form that goes to `action`."""
        found = [each for each in self.all("form") if (each.attributes.get("action") or self.address) == action]
        assert len(found) == 1, [each.attributes.get("action", self.address) for each in self.all("form")]
        fields = {each.attributes["name"]: _sent(each) for each in found[0].all() if _is_sent(each)}
        return Form(found[0].attributes.get("method", "get"), action, fields, self.address)


def _is_sent(field: Element) -> bool:
    """Whether a browser sends the field by itself: no button, and no box that is not ticked."""
    box = field.attributes.get("type") in {"checkbox", "radio"}
    return field.tag in {"input", "select", "textarea"} and "name" in field.attributes and (
        not box or "checked" in field.attributes
    )  # fmt: skip


def _sent(field: Element) -> str:
    """What a browser sends for it before anybody has touched it."""
    if field.tag == "textarea":
        return "".join(each for each in field.content if isinstance(each, str))
    if field.tag == "select":
        options = field.all("option")
        chosen = next((each for each in options if "selected" in each.attributes), options[0])
        return chosen.attributes.get("value", chosen.text)
    return field.attributes.get("value", "on" if field.attributes.get("type") == "checkbox" else "")


def mail(html: str) -> Element:
    """The HTML of a mail. It may style itself, since mail programs fetch no style sheets."""
    document = Element("document")
    _Reader(document, styles=True).read(html)
    return document


class _Reader(HTMLParser):
    def __init__(self, document: Element, *, styles: bool = False) -> None:
        super().__init__()
        self._open, self._styles = [document], styles

    def read(self, html: str) -> None:
        self.feed(html)
        self.close()
        assert len(self._open) == 1, f"never closed: {self._open[-1].tag}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert self._styles or "style" not in element.attributes, f"the policy forbids this style: {element}"
        assert not [name for name in element.attributes if name.startswith("on")], f"a script in a tag: {element}"
        self._open[-1].content.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes {self._open[-1].tag}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)
