from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wirematch.cuts import cut


@given(st.lists(st.integers(0, 12)), st.integers(1, 5), st.integers(1, 20))
def test_parts_are_all_items_in_order_as_few_as_the_bounds_allow(sizes, most, most_size):
    parts = [sizes[part] for part in cut(sizes, most, most_size)]

    assert [size for part in parts for size in part] == sizes
    for part in parts:
        assert 1 <= len(part) <= most
        assert sum(part) <= most_size or len(part) == 1
    for part, following in pairwise(parts):
        assert len(part) == most or sum(part) + following[0] > most_size
