"""``pages.c``: name the pages of buckets, and extract postings from pages."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.index.replies import Values
from wirematch.kernels.library import Address, address, bind, enough

_PARTS, _NAMED_BYTES = 16, 21
_name = bind("wirematch_name_pages", ctypes.c_int64, Address)
_room = bind("wirematch_room_for_postings", ctypes.c_int64, Address)
_pick = bind("wirematch_pick_postings", ctypes.c_int64, Address, ctypes.c_size_t, Address, Address, Address)


class _Answer(ctypes.Structure):
    _fields_ = (
        ("bytes", ctypes.c_void_p),
        ("begins", ctypes.c_void_p),
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
    fields: Values,
    page_of: NDArray[np.intp],
    uppers: NDArray[np.uint16],
    lots: NDArray[np.int64],
    before: NDArray[np.int64],
    cap: int,
    home: int,
) -> tuple[NDArray[np.uint64], NDArray[np.intp], NDArray[np.int64]] | None:
    """Return document numbers and bands of n postings, and the number per lot; see ``wirematch.index.page_request``.

    None without compiled kernels and for a malformed answer.
    """
    if _pick is None or _room is None:
        return None
    begins, lengths = np.ascontiguousarray(fields.begins), np.ascontiguousarray(fields.lengths)
    page_of, uppers = np.ascontiguousarray(page_of, np.int64), np.ascontiguousarray(uppers, np.uint16)
    answer = _Answer(
        address(fields.data),
        address(begins),
        address(lengths),
        len(lengths) // 2,
        len(fields.data),
        address(page_of),
        address(uppers),
        address(lots),
        address(before),
        len(page_of),
        len(lots),
        cap,
        home,
    )
    room = _room(ctypes.addressof(answer))
    if room < 0:
        return None
    numbers, bands, counts = np.empty(room, np.uint64), np.empty(room, np.intp), np.zeros(len(lots), np.int64)
    found = enough(_pick(ctypes.addressof(answer), room, address(numbers), address(bands), address(counts)))
    return None if found < 0 else (numbers[:found], bands[:found], counts)


class NamedPages(NamedTuple):
    """The pages of a set of buckets, and the commands' field names for them."""

    now: NDArray[np.uint32]
    """Page of each bucket at the present number of pages."""
    later: NDArray[np.uint32]
    """For buckets whose page differs once there are ``pages_ahead`` pages: that page."""
    moving: NDArray[np.intp]
    """Indices of these buckets."""
    places: NDArray[np.intp]
    """For each page in ``now``, then in ``later``, its position in ``fields``."""
    fields: bytes
    """Field names of all pages and of their older postings, 21 bytes a page, grouped by part; each page once."""
    counts: list[int]
    """Number of pages in each part."""


class _PagesAsked(ctypes.Structure):
    _fields_ = (
        ("hashes", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("pages", ctypes.c_uint32),
        ("pages_ahead", ctypes.c_uint32),
        ("now", ctypes.c_void_p),
        ("later", ctypes.c_void_p),
        ("moving", ctypes.c_void_p),
        ("places", ctypes.c_void_p),
        ("fields", ctypes.c_void_p),
        ("counts", ctypes.c_void_p),
        ("table", ctypes.c_void_p),
        ("distinct", ctypes.c_void_p),
        ("positions", ctypes.c_void_p),
        ("table_size", ctypes.c_size_t),
    )


def name(hashes: NDArray[np.uint32], pages: int, pages_ahead: int) -> NamedPages | None:
    """Name the pages of buckets for ``pages`` and up to ``pages_ahead`` pages; None without compiled kernels."""
    if _name is None:
        return None
    size = len(hashes)
    hashes = np.ascontiguousarray(hashes, np.uint32)
    now, later = np.empty(size, np.uint32), np.empty(size, np.uint32)
    moving, places, counts = np.empty(size, np.intp), np.empty(2 * size, np.intp), np.empty(_PARTS, np.int64)
    fields = np.empty(2 * size * _NAMED_BYTES, np.uint8)
    table = np.zeros(1 << (2 * size).bit_length(), np.uint32)
    distinct, positions = np.empty(2 * size, np.uint32), np.empty(2 * size, np.uint32)
    asked = _PagesAsked(
        address(hashes),
        size,
        pages,
        pages_ahead,
        address(now),
        address(later),
        address(moving),
        address(places),
        address(fields),
        address(counts),
        address(table),
        address(distinct),
        address(positions),
        len(table),
    )
    moved = _name(ctypes.addressof(asked))
    if moved < 0:
        return None
    written = fields[: int(counts.sum()) * _NAMED_BYTES].tobytes()
    return NamedPages(now, later[:moved], moving[:moved], places[: size + moved], written, counts.tolist())
