"""Everybody there is, what each may know and touch, and ids of several sides for every argument of a route.

A new route is called as everybody by itself. Only where its address has an argument that no other has does `ids_of`
want examples; and where its blueprint is neither for everybody nor the desk nor one's own page, say so in OPEN.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from scheduler.models import (
    AuditEntry,
    Coordinator,
    Delivery,
    Department,
    Event,
    Facilitator,
    Meeting,
    Pair,
    Person,
    Proposal,
    ProposalSlot,
    Receipt,
    Registration,
    Seat,
    WaveRun,
)
from scheduler.programme import access
from scheduler.programme.waves import wave_runs
from scheduler.states import Parked
from tests.builders import LINKS, NOW, a_place, a_proposal
from tests.web.conftest import Stage, Visitor
from tests.web.world import ALL, ENGLISH, OTHER, PHYSICS, ZOOM

NOWHERE = 4711
SOON = (NOW + timedelta(days=7)).date()
RUNS = {PHYSICS: "to book", ENGLISH: "english", OTHER: "other"}  # who asked for a search, and what it belongs to
COMMENT = "I cannot come to {}"
NOTE = "Only for the two of {}"
# Coordinators who are nobody here, so that a desk may be taken back from them: everybody else must stay.
GOING = {"mentor": "going@example.org", "other": "going.elsewhere@example.org"}
LEADS, LEADS_ELSEWHERE = "leads@example.org", "leads.elsewhere@example.org"
# Blueprints for everybody, or whose address is the authority; what they do is asked of their own tests.
OPEN = {
    "mail_hook",
    "invites",
    "public",
    "registration",
    "receipts",
    "feeds",
    "door",
    "times",
    "answers",
    "sign_in",
    "language",
    "health",
    "zoom_hook",
}
OF_PHYSICS = {"physics", "abroad", "to book", "silent", "to log", "met", "cancelled", "shared"}
OF_ENGLISH = {"english", "shared"}
# What forms may ask for, so that a post gets past the first check of its values.
ANYTHING = {
    "link": "https://evil.example/", "email": "evil@example.org", "name": "Eve Evil", "timezone": "Asia/Tokyo",
    "locale": "en", "state": "held", "note": "", "mode": "video", "slug": "evil", "title-en": "Evil",
}  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """Somebody: whose desk or own page what is. Pairs and events go by their names in the world."""

    email: str = ""
    programme: str = ""
    steers: set[str] = field(default_factory=set)
    pairs: set[str] = field(default_factory=set)
    leads: set[str] = field(default_factory=set)
    whole: bool = False

    @property
    def has_desk(self) -> bool:
        return bool(self.steers)

    @property
    def tags(self) -> set[str]:
        """What things must belong to for this identity to know of them."""
        desk = {f"desk {self.programme}"} if self.has_desk else set()
        desk |= {f"whole {self.programme}"} if self.whole else set()
        return self.steers | self.pairs | self.leads | desk


EVERYBODY = {
    "nobody": Identity(),
    "all": Identity(ALL, "mentor", steers=OF_PHYSICS | OF_ENGLISH, whole=True),
    "physics": Identity(PHYSICS, "mentor", steers=OF_PHYSICS),
    "english": Identity(ENGLISH, "mentor", steers=OF_ENGLISH),
    "other": Identity(OTHER, "other", steers={"other"}, whole=True),
    "mentee": Identity("alva.fysik@example.org", "mentor", pairs={"physics"}),
    "mentor": Identity("anja.delad@example.org", "mentor", pairs={"shared"}),
    "mentee elsewhere": Identity("oskar.annan@example.org", "other", pairs={"other"}),
    "facilitator": Identity(LEADS, "mentor", leads={"event workshop"}),
    "facilitator elsewhere": Identity(LEADS_ELSEWHERE, "other", leads={"event elsewhere"}),
    "stranger": Identity("stranger@example.org"),
}
Ids = Mapping[str, Mapping[object, set[str]]]


@dataclass(frozen=True)
class Matrix:
    """The routes of an application over the world. `ids` has for each argument values, and what those belong to."""

    stage: Stage
    ids: Ids
    words: Mapping[str, tuple[set[str], set[str]]]  # by a name: what only some may read, and what it belongs to

    def addresses(self, method: str) -> Iterator[tuple[Rule, dict[str, object], str]]:
        """Every route that takes the method, with every combination of examples."""
        for rule in self.stage.app.url_map.iter_rules():
            if method in (rule.methods or ()):
                names = sorted(rule.arguments)
                for chosen in product(*(self._examples(rule, name) for name in names)):
                    values = dict(zip(names, chosen, strict=True))
                    yield rule, values, filled(rule, values)

    def _examples(self, rule: Rule, name: str) -> list[object]:
        if name not in self.ids:
            pytest.fail(
                f"The matrix of who reaches what knows no <{name}>, which the route {rule.rule} has: add ids of "
                "several sides, and one that there is not, to ids_of in tests/web/reach.py."
            )
        return list(self.ids[name])

    def is_foreign(self, who: str, rule: Rule, values: dict[str, object]) -> bool:
        """Whether this identity must find nothing at the address."""
        identity, blueprint = EVERYBODY[who], rule.endpoint.rpartition(".")[0]
        if blueprint in OPEN or not blueprint or "token" in values or rule.endpoint.endswith("static"):
            return False
        if rule.endpoint == "me.show":  # a page for whoever signs in, with what is theirs
            return not identity.email
        if blueprint == "me":
            return not identity.pairs or not self._all_of(values, {*identity.pairs, identity.email})
        if blueprint != "desk":
            pytest.fail(
                f"The blueprint of {rule.rule} is neither the desk nor one's own page: if its pages are for everybody, "
                "add it to OPEN in tests/web/reach.py; else say in Matrix.is_foreign whose they are."
            )
        mine = identity.tags | {f"in {identity.programme}"}
        of_event = any(name.startswith("event") for name in values)
        return not (identity.has_desk or (identity.leads and of_event)) or not self._all_of(values, mine)

    def _all_of(self, values: dict[str, object], tags: set[str]) -> bool:
        return all(self.ids[name][value] & tags for name, value in values.items())

    def told(self, answer: TestResponse) -> set[str]:
        """What the answer tells of."""
        text = answer.text + str(answer.headers)
        return {name for name, (words, _) in self.words.items() if any(word in text for word in words)}

    def may_know(self, who: str) -> set[str]:
        return {name for name, (_, owners) in self.words.items() if owners & EVERYBODY[who].tags}

    def must_find(self, who: str) -> set[str]:
        """What this identity does see, if it looks everywhere: a page that shows nothing would leak nothing, too."""
        identity = EVERYBODY[who]
        people = {name for name in self.may_know(who) if name.startswith("person")}
        return set() if identity.leads else self.may_know(who) - NOT_FOR_LOOKING if identity.has_desk else people

    def visitors(self, among: Iterable[str] = EVERYBODY) -> dict[str, Visitor]:
        return {who: self.stage.visitor(email=EVERYBODY[who].email) for who in among}


NOT_FOR_LOOKING = {"link physics", *(f"note {name}" for name in ("to book", "english", "other"))}


def matrix(stage: Stage) -> Matrix:
    """The matrix over the stage's world, to which places at events, facilitators and proposals are added."""
    with stage.database.writing() as session:
        _add(session, stage)
        names = {pair_id: name for name, pair_id in stage.world.pairs.items()}
        silent = session.scalars(select(Pair).join(Pair.mentor).where(Person.name == "Petra Tyst")).one()
        names[silent.id] = "silent"
        return Matrix(stage, ids_of(session, stage, names), _words(session, names))


def _add(session: Session, stage: Stage) -> None:
    events = {event.slug: event for event in session.scalars(select(Event))}
    for slug, names in {"workshop": ("Alva Fysik", "Bodil Engelsk"), "elsewhere": ("Oskar Annan",)}.items():
        for name in names:
            a_place(session, events[slug], session.scalars(select(Person).where(Person.name == name)).one())
    for slug, email in {"workshop": LEADS, "elsewhere": LEADS_ELSEWHERE}.items():
        access.grant_facilitator(session, email, event=events[slug], by="", now=NOW)
    for slug, email in GOING.items():
        programme = access.programme_by_slug(session, slug)
        access.grant_coordinator(session, email, programme=programme, department=None, by="", now=NOW)
    for email in RUNS:
        (mine,) = access.desks_of(session, email)
        wave_runs.start(session, mine, first=SOON, last=SOON, minutes=45, book=False, by=email, now=NOW)
    for name in ("to book", "english", "other"):
        pair = session.get_one(Pair, stage.world.pairs[name])
        a_proposal(session, pair, made_by=pair.mentee, note=NOTE.format(name))
    for name in ("english", "other"):
        pair = session.get_one(Pair, stage.world.pairs[name])
        session.add(a_receipt(pair, name))
    events["draft"].title = {"sv": "Utkast mentor", "en": "Draft of mentor"}


def a_receipt(pair: Pair, name: str) -> Receipt:
    """That an answer came, and changed nothing."""
    return Receipt(
        key=f"mail/{name}", received_at=NOW, reason=Parked.OVER, method="REPLY", sender=pair.mentee.email,
        partstat="DECLINED", comment=COMMENT.format(name), programme_id=pair.programme_id, pair_id=pair.id,
        person_id=pair.mentee_id,
    )  # fmt: skip


def ids_of(session: Session, stage: Stage, names: dict[int, str]) -> Ids:
    """For each argument that a route may have: ids of several sides, and one that there is not."""
    pairs = {pair.id: pair for pair in session.scalars(select(Pair)) if pair.id in names}
    meetings = {stage.world.meetings[name] for name in ("video", "pending", "walk", "other", "cancelled")}
    people = ("Alva Fysik", "Bodil Engelsk", "Anja Delad", "Oskar Annan")
    of_person: dict[int, set[str]] = {}
    for pair in pairs.values():
        for person in (pair.mentor, pair.mentee):
            of_person.setdefault(person.id, set()).update({names[pair.id], person.email})
    of_meeting: dict[object, set[str]] = {
        row.id: {names[row.pair_id]} for row in session.scalars(select(Meeting)) if row.id in meetings
    }
    proposals = session.scalars(select(Proposal)).all()
    of_proposal: dict[object, set[str]] = {row.id: {names[row.pair_id]} for row in proposals}
    in_programme = {
        event.id: {f"in {event.programme.slug}", f"event {event.slug}"} for event in session.scalars(select(Event))
    }
    events = [event for event in session.scalars(select(Event)) if event.slug in {"workshop", "draft", "elsewhere"}]
    found: dict[str, dict[object, set[str]]] = {
        "slug": {slug: {f"in {slug}"} for slug in ("mentor", "other")},
        "event_slug": {event.slug: in_programme[event.id] for event in events},
        "event_id": {event.id: in_programme[event.id] for event in events},
        "pair_id": {stage.world.pairs[name]: {name} for name in ("physics", "english", "shared", "other")},
        "meeting_id": {**of_meeting},
        "person_id": {row.id: of_person[row.id] for row in session.scalars(select(Person)) if row.name in people},
        "proposal_id": {**of_proposal},
        "slot_id": {
            row.id: of_proposal[row.proposal_id] for row in session.scalars(select(ProposalSlot)) if row.position == 1
        },
        "registration_id": {
            row.id: of_person[row.person_id] | {f"event {row.event.slug}"}
            for row in session.scalars(select(Registration))
        },
        "facilitator_id": {row.id: in_programme[row.event_id] for row in session.scalars(select(Facilitator))},
        "coordinator_id": {
            row.id: {f"whole {row.programme.slug}"}
            for row in session.scalars(select(Coordinator).where(Coordinator.email.in_(GOING.values())))
        },
        "department_id": {
            row.id: {{"Fysikum": "physics", "Engelska": "english"}[row.name]}
            for row in session.scalars(select(Department))
        },
        "change": {"renew": {"in mentor", "in other"}, "close": {"in mentor", "in other"}},
        "delivery_id": {
            row.id: of_meeting[row.meeting_id]
            for row in session.scalars(select(Delivery))
            if row.meeting_id in of_meeting
        },
        "token": {
            "nothing": set(),
            LINKS.token("door", NOWHERE, 1): set(),
            LINKS.token("feed", 1, 9): set(),
            LINKS.token("answer", NOWHERE, 1): set(),
            LINKS.token("times", NOWHERE, 1): set(),
            LINKS.token("receipt", NOWHERE, 1): set(),
            LINKS.token("event-door", NOWHERE, 1): set(),
            "1-1-" + "a" * 32: set(),
        },
        "run_id": {row.id: {RUNS[row.asked_by]} for row in session.scalars(select(WaveRun))},
        "filename": {"traff.css": set(), "nothing.css": set(), "bootstrap5/css/bootstrap.min.css": set()},
    }
    for name, values in found.items():
        if name.endswith("_id"):
            values[NOWHERE] = set()
        elif name.endswith("slug"):
            values["nothing"] = set()
    return found


def _words(session: Session, names: dict[int, str]) -> dict[str, tuple[set[str], set[str]]]:
    """What only some may read: people, and what stands in the rows of their pairs."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for pair_id, name in names.items():
        pair = session.get_one(Pair, pair_id)
        for person in (pair.mentor, pair.mentee):
            found[f"person {person.name}"] = ({person.name, person.email}, {name})
    for name, slug in {"Alva Fysik": "workshop", "Bodil Engelsk": "workshop", "Oskar Annan": "elsewhere"}.items():
        found[f"person {name}"][1].add(f"event {slug}")
    found["failure english"] = ({"550 no such mailbox"}, {"english"})
    found["place shared"] = ({"The boathouse"}, {"shared"})
    found["place other"] = ({"Secret room"}, {"other"})
    found["link physics"] = ({ZOOM}, {"physics"})
    found["draft mentor"] = ({"Utkast mentor", "Draft of mentor"}, {"desk mentor"})
    for slug, email in GOING.items():
        found[f"coordinator {slug}"] = ({email}, {f"whole {slug}"})
    for name in ("english", "other"):
        found[f"comment {name}"] = ({COMMENT.format(name)}, {name})
    for name in ("to book", "english", "other"):
        found[f"note {name}"] = ({NOTE.format(name)}, {name})
    return found


def filled(rule: Rule, values: dict[str, object]) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found: str(values[found[1]]), rule.rule)


def state_of_pairs(stage: Stage) -> dict[str, str]:
    """By pair: its rows and its people's, as text."""
    with stage.database.reading() as session:
        found = {}
        for name, pair_id in stage.world.pairs.items():
            pair = session.get_one(Pair, pair_id)
            meetings = session.scalars(select(Meeting).where(Meeting.pair_id == pair_id).order_by(Meeting.id)).all()
            seats = session.scalars(
                select(Seat).where(Seat.meeting_id.in_([row.id for row in meetings])).order_by(Seat.id)
            )
            proposals = session.scalars(select(Proposal).where(Proposal.pair_id == pair_id).order_by(Proposal.id))
            trail = session.scalars(select(AuditEntry.id).where(AuditEntry.pair_id == pair_id).order_by(AuditEntry.id))
            people = (pair.mentor, pair.mentee, pair.mentor.availability, pair.mentee.availability)
            rows = [pair, *meetings, *seats, *proposals, *people]
            found[name] = repr([_columns(row) for row in rows] + list(trail))
        return found


def _columns(row: object) -> dict[str, object]:
    table = getattr(row, "__table__", None)
    return {} if table is None else {column.key: getattr(row, column.key) for column in table.columns}
