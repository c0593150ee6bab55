"""``skeleton.c``: a text made ready to be compared from its words and its skeleton."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import NOT_OF_THIS_TEXT, Address, Size, address, bind
from wirematch.kernels.scratch import scratch_for
from wirematch.kernels.vocabulary import Named, Vocabulary, as_bytes

NO_SKELETON = "the skeleton is not of this text"

_prepare = bind(
    "wirematch_prepare",
    ctypes.c_int64,
    Address, Address, Size, ctypes.c_char_p, Size, ctypes.c_double, Address,
)  # fmt: skip


class _Prepared(ctypes.Structure):
    _fields_ = (
        ("numbers", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
        ("ends", ctypes.c_void_p),
        ("parts", ctypes.c_void_p),
        ("words", ctypes.c_void_p),
        ("stems", ctypes.c_void_p),
        ("content", ctypes.c_void_p),
        ("spoken", ctypes.c_void_p),
        ("capitals", ctypes.c_void_p),
        ("digits", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("sentences", ctypes.c_void_p),
        ("sentence_count", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True, eq=False)
class WordsPrepared:
    """The ``n`` words of an English text outside of furniture, in ``m`` sentences; as in ``PreparedText``."""

    terms: Sequence[str]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: NDArray[np.uint32]
    stems: NDArray[np.uint32]
    content: NDArray[np.bool_]
    spoken: NDArray[np.bool_]
    capitals: NDArray[np.bool_]
    digits: NDArray[np.bool_]
    parts: NDArray[np.int32]
    sentences: NDArray[np.int32]


def prepare(  # noqa: PLR0913 - a text and what its skeleton says
    vocabulary: Vocabulary, text: str, skeleton: bytes, words: int, sentences: int, least_share: float
) -> WordsPrepared | None:
    """The words of ``text`` in the light of its skeleton, which says that it has so many words and sentences.

    None when Python has to do it: what ``Vocabulary.read`` cannot, and texts in which fewer than ``least_share`` of the
    words are function words. A skeleton that is not of this text is a ``ValueError``.
    """
    encoded = as_bytes(text)
    if not sentences <= words <= len(encoded):
        return None
    scratch = scratch_for(len(encoded))
    count = vocabulary.read_into(scratch, encoded)
    if count < 0:
        return None
    numbers = np.empty((6, words), np.int32)
    flags = np.empty((4, words), np.bool_)
    begins = np.empty(sentences + 1, np.int32)
    numbers_at, flags_at = address(numbers), address(flags)
    rows = [numbers_at + 4 * words * row for row in range(6)]
    marks = [flags_at + words * row for row in range(4)]
    out = _Prepared(*rows, *marks, words, address(begins), sentences)
    found = _prepare(  # type: ignore[misc]
        vocabulary.at, scratch.reading_at, count, skeleton, len(skeleton), least_share, ctypes.addressof(out)
    )
    if found == NOT_OF_THIS_TEXT:
        raise ValueError(NO_SKELETON)
    if found < 0:
        return None
    starts, ends, parts = numbers[1:4]
    hashes, stems = numbers[4:].view(np.uint32)
    content, spoken, capitals, digits = flags
    terms = Named(vocabulary.terms, numbers[0])
    return WordsPrepared(terms, starts, ends, hashes, stems, content, spoken, capitals, digits, parts, begins)
