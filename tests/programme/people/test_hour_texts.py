"""Hours as people type them: every way of writing that is understood, and a clear no to the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import BadHours, EndsWhereItStarts
from scheduler.programme.people import hour_texts
from scheduler.programme.people.hours import merged

# Read by the browser's script as well: tests/browser/test_times.py asks it for the same.
UNDERSTOOD = {
    "9-12": [("09:00", "12:00")],
    "09-12, 13:30-16": [("09:00", "12:00"), ("13:30", "16:00")],
    " 9.15 – 12 ; 8-9.15 ": [("08:00", "12:00")],
    "kl 9.30-12": [("09:30", "12:00")],
    "kl. 9.30 – kl. 12, Kl17-19.15": [("09:30", "12:00"), ("17:00", "19:15")],
    "22-2": [("22:00", "02:00")],
    "20-24": [("20:00", "24:00")],
    "20-0": [("20:00", "24:00")],
    "0-24": [("00:00", "24:00")],
    "9 am-5 pm": [("09:00", "17:00")],
    "11:30PM—1 a.m.": [("23:30", "01:00")],
    "12am-12pm": [("00:00", "12:00")],
    "8-24, 20-8": [("08:00", "24:00"), ("20:00", "08:00")],
    "": [],
    " , ;": [],
}
NOT_UNDERSTOOD = [
    "evenings", "9", "9-", "-9", "9-12-15", "24-2", "25-26", "9:60-10", "24:30-1", "9-24:30", "5-9 pm", "5 pm-9",
    "13 pm-14 pm", "0am-3am", "9-12 10-13", "9–12 <b>", "klockan 9-12", "kl-12", "٩-١٢x", "1" * 301,
]  # fmt: skip


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_is_understood(text):
    assert list(hour_texts.read(text)) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_is_refused_by_its_piece(text):
    with pytest.raises(BadHours) as refused:
        hour_texts.read(f"{text}")
    assert len(str(refused.value)) < 120
    assert str(refused.value.values["text"]).rstrip("…") in text


def test_the_first_piece_that_is_not_understood_is_named():
    with pytest.raises(BadHours, match="“noon” is not understood"):
        hour_texts.read("9-12, noon, later")


@pytest.mark.parametrize("text", ["9-9", "0-0", "12am-0am".replace("0am", "12am")])
def test_no_length(text):
    with pytest.raises(EndsWhereItStarts):
        hour_texts.read(text)


clocks = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
windows = st.tuples(clocks, clocks | st.just("24:00")).filter(lambda window: window[0] != window[1])


@given(st.lists(windows, max_size=6))
def test_what_is_written_is_read_again(found):
    union = merged(found)
    assert hour_texts.read(hour_texts.write(union)) == union


def test_it_is_written_the_shortest_way():
    assert hour_texts.write([("09:00", "12:00"), ("13:30", "16:00"), ("22:00", "24:00")]) == "09-12, 13:30-16, 22-24"
