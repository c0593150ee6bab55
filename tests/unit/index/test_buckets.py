from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.index.buckets import (
    MAX_PAGES_AHEAD,
    MIN_PAGES,
    PARTS,
    BucketRequest,
    bucket_hashes,
    last_doubling,
    page_of,
)

HASHES = st.lists(st.integers(0, 2**32 - 1), max_size=40).map(lambda values: np.array(values, np.uint32))
PAGES = st.integers(MIN_PAGES, 8 * MIN_PAGES)


def unpacked(arguments: list[int | bytes]) -> list[list[int]]:
    widths = ("<u2", "<u4", "<u2", "u1", "<u2", "<u4")
    return [np.frombuffer(part, width).tolist() for part, width in zip(arguments[1:], widths, strict=True)]


def test_bucket_hashes_never_change():
    """Stored postings are found by them."""
    hashes = bucket_hashes(np.arange(4, dtype=np.uint32))

    assert len(set((bucket_hashes(np.zeros(128, np.uint32)) & 0xFFFF).tolist())) > 120
    assert hashes.tolist() == [301794027, 232174035, 646820240, 2371220831]
    assert bucket_hashes(None).tolist() == []


@pytest.mark.parametrize(
    ("pages", "doubling"), [(65_536, 65_536), (65_537, 65_536), (131_071, 65_536), (131_072, 131_072)]
)
def test_the_last_doubling_is_a_power_of_two(pages, doubling):
    assert last_doubling(pages) == doubling


@given(HASHES, PAGES)
def test_linear_hashing_moves_buckets_only_to_the_page_that_is_split_off(hashes, pages):
    before, after = page_of(hashes, pages), page_of(hashes, pages + 1)

    assert (before < pages).all()
    assert (before & 0xFFFF == hashes & 0xFFFF).all()  # the page implies the lower half of the hash
    assert (after[before != after] == pages).all()


@given(st.lists(HASHES, max_size=6), PAGES, st.integers(0, MAX_PAGES_AHEAD))
def test_a_request_names_the_right_pages_also_after_some_have_been_split(articles, pages, split):
    now = min(pages + split, 2 * last_doubling(pages) - 1)
    counts, page, uppers, owners, moving, moved_to = unpacked(BucketRequest(articles).arguments(pages))
    for place, number in zip(moving, moved_to, strict=True):
        if number < now:
            page[place - 1] = number
    expected = sorted(
        (owner, int(number), int(hash_) >> 16)
        for owner, hashes in enumerate(articles, 1)
        for number, hash_ in zip(page_of(hashes, now), hashes, strict=True)
    )

    assert sorted(zip(owners, page, uppers, strict=True)) == expected
    parts = [number % PARTS for number in page]
    assert parts == sorted(parts)
    assert counts == [parts.count(part) for part in range(PARTS)]
