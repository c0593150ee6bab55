from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from wirematch.kernels.pairs import subsequence as compiled
from wirematch.matching.pairs.subsequences import common_in_order, common_in_order_in_python

words = st.lists(st.integers(0, 6), max_size=200) | st.lists(st.integers(0, 2**32 - 1), max_size=30)


def as_array(numbers: list[int]) -> np.ndarray:
    return np.array(numbers, np.uint32)


@pytest.mark.parametrize(
    ("mine", "theirs", "common"),
    [([], [], 0), ([1], [], 0), ([1, 2, 3], [1, 2, 3], 3), ([1, 2, 3], [3, 2, 1], 1), ([1, 9, 2, 3], [1, 2, 8, 3], 3)],
)
@pytest.mark.parametrize("count", [common_in_order, common_in_order_in_python])
def test_what_stands_in_the_same_order_is_counted(count, mine, theirs, common):
    assert count(as_array(mine), as_array(theirs)) == common


@needs_kernels
@given(words, words)
def test_the_kernel_counts_as_python_does(mine, theirs):
    first, second = as_array(mine), as_array(theirs)

    assert compiled.common_in_order(first, second) == common_in_order_in_python(first, second)


@needs_kernels
@pytest.mark.parametrize("size", [63, 64, 65, 128, 5_000])
def test_whole_blocks_and_what_is_left_of_them(size):
    first, second = np.arange(size, dtype=np.uint32), np.arange(0, 2 * size, 2, dtype=np.uint32)

    assert compiled.common_in_order(first, first) == size
    assert compiled.common_in_order(first, second) == (size + 1) // 2
    assert compiled.common_in_order(first * 0, second) == 1
