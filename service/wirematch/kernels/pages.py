"""``pages.c``: the postings of buckets, picked out of the pages that they are in."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, address, bind, enough

_POSTING_BYTES = 6
_pick = bind("wirematch_pick_postings", ctypes.c_int64, Address, Address, Address, Address)


class _Answer(ctypes.Structure):
    _fields_ = (
        ("bytes", ctypes.c_char_p),
        ("lengths", ctypes.c_void_p),
        ("pages", ctypes.c_size_t),
        ("size", ctypes.c_size_t),
        ("page_of", ctypes.c_void_p),
        ("uppers", ctypes.c_void_p),
        ("lots", ctypes.c_void_p),
        ("before", ctypes.c_void_p),
        ("buckets", ctypes.c_size_t),
        ("lot_count", ctypes.c_size_t),
        ("cap", ctypes.c_size_t),
        ("home", ctypes.c_uint64),
    )


def pick(  # noqa: PLR0913 - what an answer is
    fields: Sequence[bytes],
    page_of: NDArray[np.intp],
    uppers: NDArray[np.uint16],
    lots: NDArray[np.int64],
    before: NDArray[np.int64],
    cap: int,
    home: int,
) -> tuple[NDArray[np.uint64], NDArray[np.intp], NDArray[np.int64]] | None:
    """Document numbers and bands of n postings, and how many each lot has; see ``wirematch.index.page_request``.

    None on the Python path, and for an answer that is none.
    """
    if _pick is None:
        return None
    joined, lengths = b"".join(fields), np.fromiter(map(len, fields), np.int64, len(fields))
    page_of, uppers = np.ascontiguousarray(page_of, np.int64), np.ascontiguousarray(uppers, np.uint16)
    room = len(joined) // _POSTING_BYTES
    numbers, bands, counts = np.empty(room, np.uint64), np.empty(room, np.intp), np.zeros(len(lots), np.int64)
    answer = _Answer(
        joined,
        address(lengths),
        len(fields) // 2,
        len(joined),
        address(page_of),
        address(uppers),
        address(lots),
        address(before),
        len(page_of),
        len(lots),
        cap,
        home,
    )
    found = enough(_pick(ctypes.addressof(answer), address(numbers), address(bands), address(counts)))
    return None if found < 0 else (numbers[:found], bands[:found], counts)
