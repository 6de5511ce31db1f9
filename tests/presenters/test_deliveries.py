"""Deliveries in words: each kind its own, in both languages, and a cure for what is wrong."""

from typing import Any

import pytest

from scheduler.messages import KINDS
from scheduler.models import Delivery
from scheduler.presenters.deliveries import cure, what
from scheduler.presenters.i18n import words
from scheduler.states import Change, Channel, DeliveryState, EventNews, ProposalState, RegistrationChange

NOT_AT_A_DESK = {"SendSignIn", "SweepHost"}  # belongs to no programme
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "SendInvite": [{"change": change} for change in Change],
    "SendRegistration": [{"change": change} for change in RegistrationChange],
    "SendProposalNews": [{"news": state} for state in ProposalState if state is not ProposalState.OPEN],
    "SendTimesRequest": [{"reminder": 0}, {"reminder": 1}],
    "SendEventNews": [{"news": news} for news in EventNews],
    "SendEventInvitation": [{"reminder": False}, {"reminder": True}],
}


def delivery(kind: str, payload: dict[str, Any] | None = None, **values: Any) -> Delivery:
    facts = {"channel": KINDS[kind].channel, "state": DeliveryState.WAITING, "reason": "", **values}
    return Delivery(kind=kind, payload=payload or {}, **facts)


def test_every_kind_has_words_of_its_own_in_both_languages() -> None:
    said = [
        what(delivery(kind, payload)) for kind in KINDS.keys() - NOT_AT_A_DESK for payload in VARIANTS.get(kind, [{}])
    ]
    assert len(set(said)) == len(said)
    assert {"Mail", "Zoom"}.isdisjoint(said), "a kind has no words yet"
    assert [sentence for sentence in said if words("sv").gettext(sentence) == sentence] == []


@pytest.mark.parametrize(
    ("values", "start"),
    [
        ({}, ""),
        ({"reason": "451 later"}, "Träff tries again"),
        ({"reason": "550 no such mailbox", "state": DeliveryState.FAILED}, "Ask the person whether the address"),
        ({"reason": "sent back: not delivered (5.1.1)", "state": DeliveryState.FAILED}, "Ask the person whether the"),
        ({"reason": "sent back: not delivered (5.7.1)", "state": DeliveryState.FAILED}, "Their mail server refuses"),
        ({"reason": "given up: no answer", "state": DeliveryState.FAILED}, "The mail server was out of reach"),
        ({"reason": "code 300", "state": DeliveryState.FAILED, "channel": Channel.ZOOM}, "Mend what Zoom says"),
        ({"reason": "550 no such mailbox", "state": DeliveryState.SUPERSEDED}, ""),
    ],
)
def test_what_is_wrong_has_a_cure(values: dict[str, Any], start: str) -> None:
    told = cure(delivery("SendIntroduction", **values), words("en"))
    assert told.startswith(start)
    assert bool(told) == bool(start)
