"""``form.c``: a text's form for screening, in one block of memory, and its measured form in another."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32
from wirematch.kernels.forms.rarity import RarityTable
from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.pairs.measuring import GivenStructure, MeasuredText
from wirematch.kernels.text.prepared_text import TextTable
from wirematch.kernels.text.skeleton import TextBlock

_bytes = bind("wirematch_form_bytes", Size, Size, Size)
_form = bind("wirematch_form", ctypes.c_int64, Address, Address, Address, Size, Address, Size)
_measure = bind("wirematch_measure_form", ctypes.c_int64, Address, Address, Size)


class OutlineStructure(ctypes.Structure):
    """As ``Outline`` in ``outline.h``."""

    _fields_ = (
        ("slots", ctypes.c_void_p),
        ("weights", ctypes.c_void_p),
        ("content", ctypes.c_size_t),
        ("count", ctypes.c_size_t),
        ("content_weight", ctypes.c_double),
        ("trigrams", ctypes.c_double),
    )


class PhrasesStructure(ctypes.Structure):
    """As ``Phrases`` in ``phrases.h``."""

    _fields_ = (
        ("keys", ctypes.c_void_p),
        ("own", ctypes.c_void_p),
        ("spoken", ctypes.c_void_p),
        ("count", ctypes.c_size_t),
        ("fours", ctypes.c_void_p),
        ("four_count", ctypes.c_size_t),
        ("sample", ctypes.c_void_p),
        ("sample_count", ctypes.c_size_t),
        ("quoted", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("own_sizes", ctypes.c_int64 * 2),
    )


class FormStructure(ctypes.Structure):
    """``Form`` in ``form.h``."""

    _fields_ = (
        ("given", GivenStructure),
        ("outline", OutlineStructure),
        ("phrases", PhrasesStructure),
        ("plain_count", ctypes.c_size_t),
        ("strange_count", ctypes.c_size_t),
        ("spoken_count", ctypes.c_size_t),
    )


_PHRASES = FormStructure.phrases.offset
_PHRASE_COUNT, _PHRASE_COUNT_AT = struct.Struct("@N"), PhrasesStructure.count.offset
_COUNTS, _COUNTS_AT = struct.Struct("@3N"), FormStructure.plain_count.offset
"""The last three fields, read at once."""


class Form:
    """A text of ``n`` words as kernels compare it; arrays over its memory are created on demand."""

    __slots__ = (
        "_begin",
        "_block",
        "_spoken",
        "at",
        "kept",
        "measured_before",
        "measured_bytes",
        "phrases_at",
        "size",
        "strange",
        "text",
    )

    def __init__(  # noqa: PLR0913 - all that a kernel told of it
        self,
        text: TextTable | TextBlock,
        block: NDArray[np.uint64],
        begin: int,
        measured_bytes: int,
        counts: Sequence[int],
        behind: int = 0,
    ) -> None:
        """``begin`` is the address of ``block``, in which the form stands ``behind`` bytes, such as the text's own.

        ``counts`` are the numbers of plain, strange and spoken words.
        """
        at = begin + behind
        plain, strange, spoken = counts
        self._begin = begin
        self._block = block
        self._spoken = spoken
        self.text = text
        """The text that the form was made from."""
        self.measured_bytes = measured_bytes
        """Maximum size of its measured form."""
        self.kept: MeasuredText | None = None
        """The measured form; None until it is asked for."""
        self.measured_before = False
        """Whether it was measured once in a thread's scratch; the second time, the measured form is kept."""
        self.size = text.size
        """Number of words, n."""
        self.at = at
        """Address for kernels; below, that of its phrases."""
        self.phrases_at = at + _PHRASES
        self.strange = strange / (plain or 1)
        """Share of the plain words that the rarity table does not list; 0 without a table."""

    @property
    def speech(self) -> float:
        """Share of the words within quotations."""
        return self._spoken / (self.size or 1)

    @classmethod
    def of(
        cls, text: TextTable | TextBlock, rarity: RarityTable | None, weights: Floats32 | None, most_sentences: int
    ) -> Form | None:
        """Make the form of a text, with weights by ``rarity`` or else ``weights``; None on the Python path.

        In a text of more than ``most_sentences``, neighbouring sentences are merged.
        """
        if _form is None or _bytes is None:
            return None
        size = _bytes(text.size, most_sentences)
        block = np.empty(size >> 3, np.uint64)
        at = address(block)
        given = None if weights is None else np.ascontiguousarray(weights, np.float32)
        found = enough(
            _form(
                text.at,
                None if rarity is None else rarity.at,
                None if given is None else address(given),
                most_sentences,
                at,
                size,
            )
        )
        return None if found < 0 else cls(text, block, at, found, _COUNTS.unpack_from(block.data, _COUNTS_AT))

    @property
    def measured(self) -> MeasuredText | None:
        """What measuring and aligning need, made on demand; None on the Python path.

        Two threads may both make it, and one replaces the other's: hold it while a kernel reads it.
        """
        return self.kept or self.measure()

    def measure(self) -> MeasuredText | None:
        """Make and keep the measured form; None on the Python path."""
        if _measure is None:
            return None
        block = np.empty(self.measured_bytes >> 3, np.uint64)
        at = address(block)
        if enough(_measure(self.at, at, self.measured_bytes)) < 0:
            return self.kept
        # It must not refer to this form: a reference cycle would wait for the garbage collector.
        self.kept = made = MeasuredText(block, at, (self.text, self._block))
        return made

    @property
    def phrase_count(self) -> int:
        """Number of phrases."""
        count: int = _PHRASE_COUNT.unpack_from(self._block.data, self.phrases_at - self._begin + _PHRASE_COUNT_AT)[0]
        return count

    @property
    def native(self) -> FormStructure:
        """The structure at the head of the block, with pointers to all parts."""
        return FormStructure.from_address(self.at)

    def part(self, at: int, kind: type[np.generic], count: int) -> NDArray[Any]:
        """An array over ``count`` numbers at address ``at`` in the block."""
        return np.frombuffer(self._block, kind, count, at - self._begin)
