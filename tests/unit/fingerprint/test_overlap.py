from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.fingerprint.overlap import overlaps

# Low bits often coincide, so that chance matches in the table occur.
shingles = st.sets(st.sampled_from([low | high << 16 for low in range(6) for high in range(6)]))


def as_array(drawn: set[int]) -> np.ndarray:
    return np.array(sorted(drawn), np.uint32)


@given(mine=shingles, others=st.lists(shingles, max_size=6))
def test_an_overlap_is_the_shared_part_of_the_smaller_text(mine, others):
    expected = [len(mine & other) / max(1, min(len(mine), len(other))) for other in others]

    assert overlaps(as_array(mine), list(map(as_array, others))).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("count", [100, 9_000, 3_000_000])
def test_the_table_of_low_bits_changes_nothing_however_long_a_text_is(count):
    mine = np.arange(0, 7 * count, 7, dtype=np.uint32)
    others = [mine[::3], mine[:50] + np.uint32(1), np.append(mine[:40], np.uint32(0xFFFF_FFFF))]

    assert overlaps(mine, others).tolist() == pytest.approx([1.0, 0.0, 40 / 41])
