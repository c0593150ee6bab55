from __future__ import annotations

import struct

import numpy as np
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from wirematch.fingerprint.shingles import hash_pairs

numbers = st.integers(0, 2**32 - 1)


@given(st.lists(st.tuples(numbers, numbers), max_size=20))
def test_a_pair_hashes_as_its_eight_bytes_do(pairs):
    first, second = (np.array([pair[side] for pair in pairs], np.uint32) for side in (0, 1))

    assert hash_pairs(first, second).tolist() == [xxhash.xxh32_intdigest(struct.pack("<II", *pair)) for pair in pairs]
