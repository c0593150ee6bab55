from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from wirematch.fingerprint.overlap import overlaps
from wirematch.fingerprint.sketch import (
    MOST_SHINGLES,
    shared_neighbours,
    shingles_in,
    sizes_of,
    sketch_bytes,
    sketch_in_python,
    sketch_of,
    sketch_overlaps,
    sketch_overlaps_in_python,
)

# Close together, so that many share the upper half.
CLOSE = st.integers(0, 40).map(lambda number: number << 14) | st.integers(0, 2**32 - 1)
SHINGLES = st.lists(CLOSE, max_size=80).map(lambda numbers: np.unique(np.array(numbers, np.uint32)))


@given(SHINGLES)
def test_a_sketch_says_how_many_shingles_it_is_of(shingles):
    sketch = sketch_of(shingles)

    assert shingles_in(sketch) == len(shingles)
    assert sizes_of([sketch, sketch]).tolist() == [len(shingles)] * 2
    assert len(sketch) == sketch_bytes(len(shingles))


@given(SHINGLES)
def test_both_paths_make_the_same(shingles):
    assert sketch_of(shingles) == sketch_in_python(shingles)


@given(SHINGLES, st.lists(SHINGLES, max_size=4))
def test_both_paths_agree_and_never_say_less_than_shingles(mine, others):
    sketches = [sketch_of(other) for other in others]
    shares = sketch_overlaps(mine, sketches)

    assert_array_equal(shares, sketch_overlaps_in_python(mine, sketches))
    assert (shares >= overlaps(mine, others)).all()


@given(SHINGLES)
def test_a_text_has_all_that_it_has(shingles):
    assert sketch_overlaps(shingles, [sketch_of(shingles)]) == (1.0 if len(shingles) else 0.0)


@given(SHINGLES, SHINGLES.filter(len), st.data())
def test_damage_is_seen_by_both_paths_or_by_neither(mine, other, data):
    sketch = bytearray(sketch_of(other))
    sketch[data.draw(st.integers(0, len(sketch) - 1))] ^= data.draw(st.integers(1, 255))

    damaged = [bytes(sketch), sketch_of(mine)]
    assert_array_equal(sketch_overlaps(mine, damaged), sketch_overlaps_in_python(mine, damaged))


def test_neighbours_are_those_in_the_order_of_the_text():
    text = np.array([9, 1, 5, 7, 3, 8], np.uint32) << np.uint32(20)
    sketch = sketch_of(np.sort(text[[1, 3, 4]]))

    assert [shared_neighbours(text, among, [sketch]).item() for among in (1, 2, 4, 6)] == [1, 2, 3, 3]


def test_a_bit_more_or_less_is_damage():
    sketch = bytearray(sketch_of(np.array([1, 2, 3], np.uint32) << np.uint32(20)))
    sketch[-1] ^= 0x04

    assert sketch_overlaps(np.array([1], np.uint32), [bytes(sketch)]) == -1


@pytest.mark.parametrize("length", [0, 31, 33, 42])
def test_a_length_that_no_sketch_has_is_an_error(length):
    with pytest.raises(ValueError, match="no sketch"):
        shingles_in(bytes(length))
    with pytest.raises(ValueError, match="no sketch"):
        sizes_of([sketch_of(np.arange(3, dtype=np.uint32)), bytes(length)])


def test_a_text_with_too_many_shingles_has_no_sketch():
    assert sketch_of(np.arange(MOST_SHINGLES + 1, dtype=np.uint32)) is None
    assert shingles_in(sketch_of(np.arange(MOST_SHINGLES, dtype=np.uint32))) == MOST_SHINGLES
