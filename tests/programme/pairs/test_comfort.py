"""Choices for the parts of the day, and the numbers that the engine takes for them."""

from itertools import product

from scheduler.programme.pairs import comfort
from scheduler.programme.pairs.comfort import PARTS, Fit
from scheduler.slots.people import COMFORT


def test_the_parts_are_the_whole_day():
    assert [hour for first, last in PARTS for hour in range(first, last)] == list(range(24))


def test_every_choice_is_read_again_as_it_was_made():
    for chosen in product(Fit, repeat=len(PARTS)):
        assert comfort.fits(comfort.table(chosen)) == chosen


def test_the_usual_choices_leave_the_finer_table_of_the_engine():
    assert comfort.table(comfort.usual()) is None
    assert comfort.usual() == comfort.fits(None) == comfort.fits(COMFORT)
    assert comfort.usual()[2:5] == (Fit.BEST,) * 3
    assert comfort.usual()[0] == comfort.usual()[-1] == Fit.IF_NEEDED


def test_what_is_best_outranks_what_is_fine_and_that_what_is_only_if_needed():
    table = comfort.table([Fit.IF_NEEDED, Fit.FINE, Fit.BEST, Fit.FINE, Fit.FINE, Fit.FINE, Fit.FINE])
    assert table is not None
    assert len(table) == 24
    assert 0 <= table[5] < table[6] < table[9] <= 100
    assert (table[0], table[8], table[11], table[12]) == (table[5], table[6], table[9], table[6])
