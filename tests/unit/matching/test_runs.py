"""Runs found by the compiled kernel equal those of the Python path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from wirematch.matching.runs import Seeds, find_runs, find_runs_in_python

pytestmark = needs_kernels

few = st.lists(st.integers(0, 3), min_size=5, max_size=120)
many = st.lists(st.integers(0, 2**32 - 1), min_size=5, max_size=40)


@st.composite
def kindred(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Two texts composed of the same pieces."""
    pieces = draw(st.lists(few | many, min_size=1, max_size=5))
    order = st.lists(st.integers(0, len(pieces) - 1), min_size=1, max_size=8)
    mine, theirs = ([word for place in draw(order) for word in pieces[place]] for _ in range(2))
    return mine, theirs


def assert_alike(mine: list[int] | np.ndarray, theirs: list[int] | np.ndarray) -> None:
    first, second = np.array(mine, np.uint32), np.array(theirs, np.uint32)
    plain = Seeds.in_python(first), Seeds.in_python(second)
    compiled = Seeds.of(first), Seeds.of(second)
    for one, other in zip(compiled, plain, strict=True):
        assert np.array_equal(one.hashes, other.hashes)
        assert np.array_equal(one.ordered, other.ordered)
        assert np.array_equal(one.places, other.places)

    assert find_runs(*compiled) == find_runs_in_python(*plain)


@given(few | many, few | many)
def test_any_two_texts(mine, theirs):
    assert_alike(mine, theirs)


@given(kindred())
def test_texts_of_the_same_pieces(texts):
    assert_alike(*texts)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (np.zeros(20_000), np.zeros(20_000)),
        (np.zeros(20_000), np.zeros(9_999)),
        (np.arange(20_000) % 7, np.arange(20_000) % 7),
        (np.arange(20_000) % 7, np.arange(20_000) % 5),
        (np.arange(30_000), np.arange(30_000)[::-1]),
        (np.concatenate([np.arange(9), np.zeros(9_000)]), np.concatenate([np.zeros(9_000), np.arange(9)])),
    ],
    ids=["one word", "one word, shorter", "one sentence", "two sentences", "backwards", "behind and before"],
)
def test_long_rows(mine, theirs):
    assert_alike(mine, theirs)
