"""Which sentence of a translation corresponds to which sentence of the original."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

SENTENCE, PARAGRAPH = " ", "\n\n"
"""Separators between sentences of a translation: within a paragraph and at its end."""


@dataclass(frozen=True, slots=True, eq=False)
class SentenceMap:
    """The ``n`` sentences of a text and its translation, in order; ranges are code points ``[start, end)``."""

    starts: NDArray[np.int32]
    """n, into the original as submitted."""
    ends: NDArray[np.int32]
    translated_starts: NDArray[np.int32]
    """n, into the translation."""
    translated_ends: NDArray[np.int32]

    @classmethod
    def of(cls, spans: Sequence[tuple[int, int]], lengths: Sequence[int], breaks: Sequence[bool]) -> Self:
        """Build from n spans of the original and the lengths of their translations, joined as by :func:`join`."""
        edges = np.array(spans, np.int32).reshape(-1, 2)
        gaps = np.array([len(PARAGRAPH) if ends_paragraph else len(SENTENCE) for ends_paragraph in breaks], np.int32)
        sizes = np.array(lengths, np.int32)
        translated_ends = (np.cumsum(sizes) + np.concatenate(([0], np.cumsum(gaps[:-1])))[: len(sizes)]).astype(
            np.int32
        )
        return cls(edges[:, 0], edges[:, 1], translated_ends - sizes, translated_ends)

    def __len__(self) -> int:
        return len(self.starts)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Map ``[start, end)`` of the translation to the original, in whole sentences."""
        if not len(self):
            return 0, 0
        first = min(int(np.searchsorted(self.translated_ends, start, side="right")), len(self) - 1)
        last = max(first, int(np.searchsorted(self.translated_starts, end, side="left")) - 1)
        return int(self.starts[first]), int(self.ends[last])

    def pack(self) -> str:
        """Encode as ASCII, about seven characters a sentence; the inverse of :meth:`unpack`."""
        befores = np.concatenate(([0], self.ends[:-1])) if len(self) else self.starts
        gaps = np.concatenate((self.translated_starts[1:] - self.translated_ends[:-1], [0])) == len(PARAGRAPH)
        sizes = (self.translated_ends - self.translated_starts) * 2 + gaps
        rows = zip((self.starts - befores).tolist(), (self.ends - self.starts).tolist(), sizes.tolist(), strict=True)
        return base64.b85encode(b"".join(_varint(number) for row in rows for number in row)).decode()

    @classmethod
    def unpack(cls, packed: str) -> Self:
        """Decode; ValueError for anything that ``pack`` did not make."""
        numbers = _numbers(base64.b85decode(packed))
        if len(numbers) % 3:
            raise ValueError("the map of a translation is truncated")
        spans, place = [], 0
        for gap, length in zip(numbers[::3], numbers[1::3], strict=True):
            spans.append((place + gap, place + gap + length))
            place += gap + length
        sizes = numbers[2::3]
        return cls.of(spans, [size >> 1 for size in sizes], [bool(size & 1) for size in sizes])


def join(sentences: Sequence[str], breaks: Sequence[bool]) -> str:
    """Join the sentences of a translation; ``breaks`` tells whether each ends a paragraph."""
    between = (PARAGRAPH if ends_paragraph else SENTENCE for ends_paragraph in breaks)
    return "".join(part for pair in zip(sentences, between, strict=True) for part in pair).rstrip()


def _varint(number: int) -> bytes:
    """LEB128: seven bits a byte, lowest first; the high bit marks that more bytes follow."""
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _numbers(packed: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in packed:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number = shift = 0
    if shift:
        raise ValueError("the map of a translation is truncated")
    return numbers
