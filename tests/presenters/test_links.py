"""Links that are printed for months: read back, kept apart, and not to be guessed."""

import math
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.presenters.links import Links
from tests.builders import LINKS, SECRET

PURPOSES = ("door", "feed", "receipt", "answer")
OTHER = Links(LINKS.base_url, SECRET[:-1] + "0")


@given(st.sampled_from(PURPOSES), st.integers(0, 10**18 - 1), st.integers(0, 10**9 - 1))
def test_what_is_written_is_read(purpose: str, row_id: int, generation: int) -> None:
    token = LINKS.token(purpose, row_id, generation)
    assert LINKS.read(purpose, token) == (row_id, generation)
    assert re.fullmatch(r"[a-z0-9-]+", token)  # nothing that an address, a mail or a calendar would have to escape


@given(st.sampled_from(PURPOSES), st.sampled_from(PURPOSES), st.integers(0, 10**18 - 1))
def test_a_link_of_one_kind_opens_no_other(purpose: str, other: str, row_id: int) -> None:
    found = LINKS.read(other, LINKS.token(purpose, row_id, 1))
    assert (found is not None) == (purpose == other)


@given(st.integers(0, 10**6), st.integers(0, 99), st.integers(0, 10**6), st.integers(0, 99))
def test_two_rows_or_generations_share_no_secret(row: int, generation: int, other_row: int, other: int) -> None:
    secrets = {LINKS.token("door", *each).split("-")[2] for each in ((row, generation), (other_row, other))}
    assert len(secrets) == len({(row, generation), (other_row, other)})


@given(st.data())
def test_no_letter_can_be_another(data: st.DataObject) -> None:
    token = LINKS.token("door", 4711, 3)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz-ABC \n\u0661"))
    changed = token[:place] + letter + token[place + 1 :]
    assert LINKS.read("door", changed) == ((4711, 3) if changed == token else None)


@given(st.text(max_size=80) | st.from_regex(r"[0-9]{1,18}-[0-9]{1,9}-[a-z2-7]{32}", fullmatch=True))
def test_what_we_did_not_make_is_none(token: str) -> None:
    assert LINKS.read("door", token) is None


@pytest.mark.parametrize(
    "changed",
    ["0{}", "{}-", "-{}", " {}", "{}\n", "{}\x00", "+{}", "{}a", "{}=", "{}-1"],
)
def test_one_has_one_spelling(changed: str) -> None:
    assert LINKS.read("door", changed.format(LINKS.token("door", 4711, 3))) is None


def test_leading_zeros_and_digits_of_other_scripts_are_no_spelling() -> None:
    row, generation, secret = LINKS.token("door", 7, 1).split("-")
    for other in (f"07-{generation}-{secret}", f"{row}-01-{secret}", f"٧-{generation}-{secret}"):
        assert LINKS.read("door", other) is None


def test_of_another_installation_is_none() -> None:
    assert OTHER.read("door", LINKS.token("door", 1, 1)) is None
    assert OTHER.read("door", OTHER.token("door", 1, 1)) == (1, 1)


def test_the_secret_part_has_at_least_128_bits_that_vary() -> None:
    secrets = [LINKS.token("door", row, 1).split("-")[2] for row in range(4000)]
    assert len(set(secrets)) == len(secrets)
    bits = 0.0
    for place in zip(*secrets, strict=True):  # each place by itself: Shannon's entropy of the letters seen there
        counts = Counter(place).values()
        bits += -sum(count / len(secrets) * math.log2(count / len(secrets)) for count in counts)
    assert 32 * 5 >= bits >= 128


def test_addresses() -> None:
    base = LINKS.base_url
    assert LINKS.door(7, 2) == f"{base}/j/{LINKS.token('door', 7, 2)}"
    assert LINKS.feed(7, 2) == f"{base}/feeds/{LINKS.token('feed', 7, 2)}.ics"
    assert LINKS.programme("mentor") == f"{base}/p/mentor/"
    assert LINKS.programme_feed("mentor") == f"{base}/p/mentor/events.ics"
    assert LINKS.event("mentor", "kick-off") == f"{base}/p/mentor/e/kick-off/"
    assert LINKS.sign_in(1, 2) == f"{base}/sign-in/{LINKS.token('sign-in', 1, 2)}"
    assert LINKS.desk("mentor") == f"{base}/c/mentor/"


def test_a_secret_stays_out_of_what_is_printed() -> None:
    assert SECRET not in repr(LINKS)


# codes


@given(st.integers(1, 10**6), st.integers(0, 10**9 - 1))
def test_a_code_is_typed_back_in_any_spelling(sign_in: int, nonce: int) -> None:
    code = LINKS.code(sign_in, nonce)
    assert re.fullmatch(r"[ACDEFHJKMNPQRTUWXY234679]{4}-[ACDEFHJKMNPQRTUWXY234679]{4}", code)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code} ", " ".join(code)):
        assert LINKS.is_code(typed, sign_in, nonce)


@given(st.text(max_size=30))
def test_what_is_typed_otherwise_is_no_code(typed: str) -> None:
    plain = LINKS.code(7, 1).replace("-", "")
    same = "".join(letter for letter in typed.upper() if letter.isalnum()) == plain
    assert LINKS.is_code(typed, 7, 1) == same


def test_codes_have_nothing_to_do_with_each_other_nor_with_the_link() -> None:
    codes = [LINKS.code(row, nonce) for row in range(1, 100) for nonce in range(100)]
    assert len(set(codes)) == len(codes)
    counts = Counter("".join(codes).replace("-", ""))
    assert max(counts.values()) < 1.15 * min(counts.values()), "every letter as often as another"
    assert OTHER.code(1, 1) != LINKS.code(1, 1), "and only we can make them"
