from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from wirematch.fingerprint.overlap import overlaps, overlaps_in_python
from wirematch.kernels.fingerprint import overlap as compiled

# Low bits often coincide, so that chance matches in the table occur.
shingles = st.sets(st.sampled_from([low | high << 16 for low in range(6) for high in range(6)]))


def as_array(drawn: set[int]) -> np.ndarray:
    return np.array(sorted(drawn), np.uint32)


@pytest.mark.parametrize("compute", [overlaps, overlaps_in_python])
@given(mine=shingles, others=st.lists(shingles, max_size=6))
def test_an_overlap_is_the_shared_part_of_the_smaller_text(compute, mine, others):
    expected = [len(mine & other) / max(1, min(len(mine), len(other))) for other in others]

    assert compute(as_array(mine), list(map(as_array, others))).tolist() == pytest.approx(expected)


hashes = st.lists(st.integers(0, 40) | st.integers(0, 2**32 - 1), max_size=40).map(
    lambda numbers: np.unique(np.array(numbers, np.uint32))
)


@needs_kernels
@given(hashes, st.lists(hashes, max_size=6))
def test_the_kernel_gives_what_python_gives(mine, others):
    assert compiled.overlaps(mine, others).tolist() == overlaps_in_python(mine, others).tolist()
