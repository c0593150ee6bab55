"""Which articles of a batch wait for others."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wirematch.index.write_order import MUCH_IN_COMMON, write_waves

ROWS = 128


def signature(seed: int, *, like: int | None = None, common: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).integers(0, 2**32, ROWS, np.uint32)
    if like is not None:
        rows[:common] = signature(like)[:common]
    return rows


def test_unlike_ones_are_stored_at_once():
    assert write_waves([signature(seed) for seed in range(5)], [0, 1, 2, 0, 1]) == [[0, 1, 2, 3, 4]]


def test_a_copy_on_another_shard_waits_and_one_on_the_same_does_not():
    signatures = [signature(1), signature(2), signature(1), signature(1)]

    assert write_waves(signatures, [0, 1, 0, 1]) == [[0, 1, 2], [3]]


def test_what_has_little_in_common_does_not_wait():
    close = signature(2, like=1, common=MUCH_IN_COMMON)
    far = signature(3, like=1, common=MUCH_IN_COMMON - 1)

    assert write_waves([signature(1), close, far], [0, 1, 1]) == [[0, 2], [1]]


def test_nothing_and_articles_without_words_are_no_trouble():
    assert write_waves([], []) == []
    assert write_waves([None, None, signature(1)], [0, 1, 2]) == [[0, 1, 2]]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=20))
def test_everything_is_stored_once_and_the_first_of_each_kind_first(articles):
    waves = write_waves([signature(seed) for seed, _ in articles], [home for _, home in articles])
    wave_of = {place: number for number, wave in enumerate(waves) for place in wave}

    assert sorted(wave_of) == list(range(len(articles)))
    for later, (seed, home) in enumerate(articles):
        for earlier in range(later):
            if articles[earlier][0] == seed:
                assert wave_of[earlier] + (articles[earlier][1] != home) <= wave_of[later]
