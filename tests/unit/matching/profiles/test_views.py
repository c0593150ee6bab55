from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wirematch.matching.profiles.views import Keys, Views

HASHES = st.lists(st.integers(0, 2**59 - 1) | st.integers(0, 5), max_size=20)


def keys(hashes: list[int], weight: float = 1.0) -> Keys:
    return Keys.distinct(np.array(hashes, np.uint64), np.full(len(hashes), weight, np.float32))


@given(HASHES, HASHES, HASHES, HASHES)
def test_all_views_at_once_share_what_each_shares_by_itself(a, b, c, d):
    mine, theirs = Views.of({"one": keys(a), "other": keys(b, 2)}), Views.of({"one": keys(c), "other": keys(d, 2)})

    of_mine, of_theirs = mine.shares(theirs)

    for number, name in enumerate(mine.names):
        assert abs(of_mine[number] - mine[name].share_in(theirs[name])) < 1e-6
        assert abs(of_theirs[number] - theirs[name].share_in(mine[name])) < 1e-6


def test_a_view_comes_back_as_it_was_put_in():
    views = Views.of({"one": keys([3, 1, 3]), "other": keys([2**59 - 1], 0.5)})

    assert views["one"].hashes.tolist() == [1, 3]
    assert (views["other"].hashes.tolist(), views["other"].total) == ([2**59 - 1], 0.5)


def test_the_same_hash_in_two_views_is_not_the_same():
    mine, theirs = Views.of({"one": keys([7]), "other": keys([])}), Views.of({"one": keys([]), "other": keys([7])})

    assert [shares.tolist() for shares in mine.shares(theirs)] == [[0, 0], [0, 0]]
