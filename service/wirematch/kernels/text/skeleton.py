"""``skeleton.c``: prepare a text from its words and its skeleton, in one block of memory."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags
from wirematch.kernels.library import NOT_OF_THIS_TEXT, Address, Size, address, bind
from wirematch.kernels.text.prepared_text import TextStructure
from wirematch.kernels.text.vocabulary import Named, ScratchWords, Vocabulary

NO_SKELETON = "the skeleton is not of this text"

_bytes = bind("wirematch_prepared_bytes", Size, Size, Size)
_prepare = bind(
    "wirematch_prepare",
    ctypes.c_int64,
    Address, Address, Size, ctypes.c_char_p, Size, ctypes.c_double, Address, Size,
)  # fmt: skip

_without = bind("wirematch_without", ctypes.c_int64, Address, Address, Address, Size)


class _Prepared(ctypes.Structure):
    _fields_ = (
        ("text", TextStructure),
        ("numbers", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
        ("ends", ctypes.c_void_p),
    )


class TextBlock:
    """The ``n`` words of an English text outside furniture, in ``m`` sentences; as in ``PreparedText``.

    Everything is in one block; arrays are views of it, made on request.
    """

    __slots__ = ("_block", "_vocabulary", "at", "size")

    def __init__(self, block: NDArray[np.uint64], at: int, size: int, vocabulary: Vocabulary) -> None:
        self._block = block
        self._vocabulary = vocabulary
        self.size = size
        """Number of words, n."""
        self.at = at
        """Address for the kernels: the beginning of the block."""

    def arrays(self) -> dict[str, object]:
        """All arrays by their names in ``PreparedText``."""
        native = _Prepared.from_address(self.at)
        text, size = native.text, self.size
        return {
            "terms": Named(self._vocabulary.terms, self._part(native.numbers, np.int32, size)),
            "starts": self._part(native.starts, np.int32, size),
            "ends": self._part(native.ends, np.int32, size),
            "words": self._part(text.words, np.uint32, size),
            "stems": self._part(text.stems, np.uint32, size),
            "content": self._part(text.content, np.bool_, size),
            "unspaced": self._part(text.unspaced, np.bool_, size),
            "spoken": self._part(text.spoken, np.bool_, size),
            "capitals": self._part(text.capitals, np.bool_, size),
            "numbers": self._part(text.digits, np.bool_, size),
            "parts": self._part(text.parts, np.int32, size),
            "sentences": self._part(text.sentences, np.int32, text.sentence_count + 1),
        }

    def forms(self) -> list[str]:
        """The folded words."""
        numbers = _Prepared.from_address(self.at).numbers
        return list(Named(self._vocabulary.forms, self._part(numbers, np.int32, self.size)))

    def without(self, dropped: Flags) -> TextBlock | None:
        """Return the text without the flagged ones of its n words; None without compiled kernels."""
        if _without is None or _bytes is None or len(dropped) != self.size:
            return None
        left = self.size - int(np.count_nonzero(dropped))
        size = _bytes(left, left)
        block = np.empty(size >> 3, np.uint64)
        at = address(block)
        found = _without(self.at, address(np.ascontiguousarray(dropped, np.bool_)), at, size)
        return None if found < 0 else TextBlock(block, at, found, self._vocabulary)

    def _part(self, at: int, kind: type[np.generic], count: int) -> NDArray[Any]:
        return np.frombuffer(self._block, kind, count, at - self.at)


def prepare(vocabulary: Vocabulary, text: str, skeleton: bytes, least_share: float) -> TextBlock | None:
    """Prepare ``text`` from its skeleton.

    None if Python has to do it: for texts that ``Vocabulary.read`` cannot read, and those with a share of function
    words below ``least_share``. Raises ValueError if the skeleton belongs to another text.
    """
    words = vocabulary.words_of(text)
    return None if words is None else prepare_read(words, skeleton, least_share)


def prepare_read(words: ScratchWords, skeleton: bytes, least_share: float) -> TextBlock | None:
    """As ``prepare``, for a text whose words were just read."""
    vocabulary, _, scratch, count = words
    if _bytes is None or _prepare is None:
        return None
    size = _bytes(count, count)  # a sentence has at least one word
    block = np.empty(size >> 3, np.uint64)
    at = address(block)
    found = _prepare(vocabulary.at, scratch.reading_at, count, skeleton, len(skeleton), least_share, at, size)
    if found == NOT_OF_THIS_TEXT:
        raise ValueError(NO_SKELETON)
    return None if found < 0 else TextBlock(block, at, found, vocabulary)
