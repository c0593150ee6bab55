from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wirematch.matching.profiles.views import Views

HASHES = st.lists(st.integers(0, 2**59 - 1) | st.integers(0, 5), max_size=20)


def views(one: list[int], other: list[int]) -> Views:
    """Two views; the words of the second weigh 2 each."""
    weights = np.full(len(other), 2, np.float32)
    return Views.gather({"one": (np.array(one, np.uint64), None), "other": (np.array(other, np.uint64), weights)})


def share(mine: list[int], theirs: list[int]) -> float:
    return len({*mine} & {*theirs}) / len({*mine}) if mine else 0


@given(HASHES, HASHES, HASHES, HASHES)
def test_all_views_at_once_share_what_each_shares_by_itself(a, b, c, d):
    of_mine, of_theirs = views(a, b).shares(views(c, d))

    np.testing.assert_allclose(of_mine, [share(a, c), share(b, d)])
    np.testing.assert_allclose(of_theirs, [share(c, a), share(d, b)])


def test_a_heavier_word_counts_more():
    mine = Views.gather({"one": (np.array([3, 1, 3], np.uint64), np.array([3, 1, 5], np.float32))})

    assert mine.totals.tolist() == [4]
    assert mine.shares(Views.gather({"one": (np.array([3], np.uint64), None)}))[0].tolist() == [0.75]


def test_the_same_hash_in_two_views_is_not_the_same():
    mine, theirs = views([7], []), views([], [7])

    assert [shares.tolist() for shares in mine.shares(theirs)] == [[0, 0], [0, 0]]
