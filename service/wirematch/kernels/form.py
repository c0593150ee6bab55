"""``form.c``: what comparing needs of a text, in one block of memory, and its measured form in another."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32
from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.measuring import GivenStructure, MeasuredText
from wirematch.kernels.outline import OutlineStructure, TextTable
from wirematch.kernels.phrases import PhrasesStructure
from wirematch.kernels.rarity import RarityTable
from wirematch.kernels.skeleton import TextBlock

_bytes = bind("wirematch_form_bytes", Size, Size, Size)
_form = bind("wirematch_form", ctypes.c_int64, Address, Address, Address, Size, Address, Size)
_measure = bind("wirematch_measure_form", ctypes.c_int64, Address, Address, Size)


class FormStructure(ctypes.Structure):
    """As ``Form`` in ``form.h``."""

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
    """A text of ``n`` words as kernels compare it. Arrays are made of its parts only when somebody asks."""

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
        """In a block that begins at ``begin``, ``behind`` so many bytes, which may be the text's own.

        ``counts`` are of plain, strange and spoken words.
        """
        at = begin + behind
        plain, strange, spoken = counts
        self._begin = begin
        self._block = block
        self._spoken = spoken
        self.text = text
        """What it was made of."""
        self.measured_bytes = measured_bytes
        """How large a block its measured form takes at the most."""
        self.kept: MeasuredText | None = None
        """What was measured; None where nobody asked for it so far."""
        self.measured_before = False
        """Whether it was measured in room that others use, too: who is met twice is kept."""
        self.size = text.size
        """N."""
        self.at = at
        """Where kernels find it; and its phrases."""
        self.phrases_at = at + _PHRASES
        self.strange = strange / (plain or 1)
        """Share of the plain words that no list has; 0 without a list."""

    @property
    def speech(self) -> float:
        """Share of the words that somebody is quoted with."""
        return self._spoken / (self.size or 1)

    @classmethod
    def of(
        cls, text: TextTable | TextBlock, rarity: RarityTable | None, weights: Floats32 | None, most_sentences: int
    ) -> Form | None:
        """Of a text whose words ``rarity`` weighs, or else ``weights``; of more sentences several are taken together.

        None on the Python path.
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
        """All that texts are measured and aligned by, made when it is first asked for; two threads may both make it.

        Whoever has a kernel read it holds it: what the other thread made may take its place.
        """
        return self.kept or self.measure()

    def measure(self) -> MeasuredText | None:
        """Make it; None on the Python path."""
        if _measure is None:
            return None
        block = np.empty(self.measured_bytes >> 3, np.uint64)
        at = address(block)
        if enough(_measure(self.at, at, self.measured_bytes)) < 0:
            return self.kept
        # Not this form, or neither would go before the collector of cycles comes by.
        self.kept = made = MeasuredText(block, at, (self.text, self._block))
        return made

    @property
    def phrase_count(self) -> int:
        """How many phrases it has."""
        count: int = _PHRASE_COUNT.unpack_from(self._block.data, self.phrases_at - self._begin + _PHRASE_COUNT_AT)[0]
        return count

    @property
    def native(self) -> FormStructure:
        """What points to all that was found."""
        return FormStructure.from_address(self.at)

    def part(self, at: int, kind: type[np.generic], count: int) -> NDArray[Any]:
        """An array of ``count`` numbers within the block."""
        return np.frombuffer(self._block, kind, count, at - self._begin)
