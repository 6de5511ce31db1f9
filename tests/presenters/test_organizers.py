"""The address of an invite: read back in any case, kept apart from others, and never made up by somebody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.ical.write import Party
from scheduler.presenters.links import Links
from scheduler.presenters.organizers import Organizers
from scheduler.states import Invited
from tests.builders import LINKS, SECRET

SENDER = "traff@example.org"
OURS = Organizers(SENDER, "in.example.org", LINKS)
KINDS = st.sampled_from(Invited)


@given(KINDS, st.integers(0, 10**18 - 1))
def test_what_is_written_is_read_in_any_case(kind: Invited, row_id: int) -> None:
    address = OURS.of(kind, row_id)
    for spelled in (address, address.upper(), address.title()):
        assert OURS.read(spelled) == (kind, row_id)
    assert address == address.lower()
    assert Party(address, "x").email == address  # one bare address, as calendars and mails want it
    assert len(address.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1


@given(KINDS, st.integers(0, 10**6), KINDS, st.integers(0, 10**6))
def test_two_uids_have_two_addresses(kind: Invited, row_id: int, other_kind: Invited, other: int) -> None:
    same = (kind, row_id) == (other_kind, other)
    assert (OURS.of(kind, row_id) == OURS.of(other_kind, other)) == same


@given(st.data())
def test_no_letter_can_be_another(data: st.DataObject) -> None:
    address = OURS.of(Invited.MEETING, 4711)
    place = data.draw(st.integers(0, len(address) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz-@. \n\u0661\u212a\u017f"))
    changed = address[:place] + letter + address[place + 1 :]
    assert OURS.read(changed) == ((Invited.MEETING, 4711) if changed == address else None)


@given(st.text(max_size=120))
def test_anything_else_is_none(address: str) -> None:
    assert OURS.read(address) is None
    assert OURS.read(f"{address}@in.example.org") is None


@pytest.mark.parametrize(
    "changed", ["<{}>", "mailto:{}", "{}.", " {}", "{}\n", "x{}", "{}@in.example.org", '"a"{}', "e-{}", "{},{}"]
)
def test_an_address_has_one_spelling(changed: str) -> None:
    address = OURS.of(Invited.MEETING, 4711)
    assert OURS.read(changed.format(address, address)) is None


def test_a_meetings_address_is_no_registrations() -> None:
    forged = OURS.of(Invited.MEETING, 7).replace("e-m", "e-r", 1)
    assert OURS.read(forged) is None


def test_another_installation_reads_none_of_ours() -> None:
    address = OURS.of(Invited.MEETING, 7)
    assert Organizers(SENDER, "in.example.org", Links(LINKS.base_url, SECRET[:-1] + "0")).read(address) is None
    assert Organizers(SENDER, "in.example.net", LINKS).read(address) is None


def test_a_link_is_no_address_and_an_address_is_no_link() -> None:
    local = OURS.of(Invited.MEETING, 7).partition("@")[0]
    assert LINKS.read("door", local.removeprefix("e-m")) is None
    assert OURS.read(f"e-m{LINKS.token('door', 7, 1)}@in.example.org") is None


def test_without_a_domain_every_invite_comes_from_the_sender_and_nothing_is_read() -> None:
    off = Organizers(SENDER, "", LINKS)
    assert off.of(Invited.MEETING, 7) == off.of(Invited.REGISTRATION, 8) == SENDER
    assert off.read(SENDER) is None
    assert off.read(OURS.of(Invited.MEETING, 7)) is None
    assert off.read(OURS.of(Invited.MEETING, 7).partition("@")[0] + "@") is None
