"""Who may register for an event, and what they have to say."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.errors import (
    AnswerMissing,
    BadAnswer,
    ConsentMissing,
    OnlyForMembers,
    OnlyForMentees,
    OnlyForMentors,
    Refused,
)
from scheduler.models import Event, Membership, Person
from scheduler.programme import checks
from scheduler.programme.checks import Wrong
from scheduler.states import Audience

# What those are told who are not of the audience; an event for the public is for anybody.
REFUSALS: dict[Audience, type[OnlyForMembers]] = {
    Audience.MENTEES: OnlyForMentees,
    Audience.MENTORS: OnlyForMentors,
    Audience.ALL: OnlyForMembers,
}


def refuse_strangers(session: Session, event: Event, email: str) -> None:
    """OnlyForMembers, of the kind that names the audience, unless the address belongs to it."""
    if event.audience not in REFUSALS:
        return
    members = select(Membership.id).join(Membership.person).where(Membership.programme_id == event.programme_id)
    of_audience = members.where(Membership.role.in_(event.audience.roles), Person.email == email)
    if session.scalars(of_audience.limit(1)).first() is None:
        raise REFUSALS[event.audience]


def refuse_without_consent(consent: bool) -> None:
    if not consent:
        raise ConsentMissing


def checked_answers(event: Event, answers: Mapping[str, str], *, locale: str) -> dict[str, str]:
    """The answers to the event's own questions, clean; those that were left open are left out.

    Raises what `refusals` tells of the first question that is not answered as it must be.
    """
    for refusal in refusals(event, answers, locale=locale).values():
        raise refusal
    given = {question["name"]: answers.get(question["name"], "").strip() for question in event.questions}
    return {name: checks.text(answer) for name, answer in given.items() if answer}


def refusals(event: Event, answers: Mapping[str, str], *, locale: str) -> dict[str, Refused]:
    """AnswerMissing or BadAnswer by the question's name, for each that is not answered as it must be."""
    found: dict[str, Refused] = {}
    for question in event.questions:
        answer = answers.get(question["name"], "").strip()
        if not answer:
            if question["required"]:
                found[question["name"]] = AnswerMissing(question=_text(question, locale))
            continue
        try:
            checks.text(answer)
        except Wrong:
            found[question["name"]] = BadAnswer(question=_text(question, locale), longest=checks.LONGEST_TEXT)
    return found


def found_or_new(session: Session, *, email: str, name: str, timezone: str, locale: str) -> Person:
    """The person of this address. One that is known stays as they are: anybody may type anybody's address."""
    query = select(Person).where(Person.email == email)
    known = session.scalars(query).one_or_none()
    if known is not None:
        return known
    try:
        with session.begin_nested():
            new = Person(email=email, name=name, timezone=timezone, locale=locale)
            session.add(new)
    except IntegrityError:  # they registered for another event in this very moment
        return session.scalars(query).one()
    return new


def _text(question: dict[str, Any], locale: str) -> str:
    by_language: dict[str, str] = question["text"]
    return by_language.get(locale) or next(iter(by_language.values()))
