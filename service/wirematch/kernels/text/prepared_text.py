"""``prepared_text.h``: a prepared text in the kernels' layout."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels import active_path
from wirematch.kernels.library import address

_ARRAYS = "words", "stems", "content", "spoken", "capitals", "digits", "unspaced", "parts"


class TextStructure(ctypes.Structure):
    """As ``Text`` in ``prepared_text.h``."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in _ARRAYS),
        ("size", ctypes.c_size_t),
        ("sentences", ctypes.c_void_p),
        ("sentence_count", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """The words of a prepared text in the kernels' layout."""

    native: ctypes.Structure
    at: int
    """Address for the kernels."""
    size: int
    held: tuple[NDArray[Any], ...]
    """The arrays that ``native`` points to."""

    @classmethod
    def of(
        cls, numbers: Sequence[NDArray[Any]], flags: Sequence[NDArray[np.bool_]], sentences: NDArray[np.int32]
    ) -> TextTable | None:
        """Convert n words; ``numbers`` are hashes, stems' hashes and parts, ``flags`` are content, spoken, capitals,
        digits and unspaced. None without compiled kernels.
        """
        if active_path() == "python":
            return None
        words, stems, parts = numbers
        held = (
            np.ascontiguousarray(words, np.uint32),
            np.ascontiguousarray(stems, np.uint32),
            *(np.ascontiguousarray(flag, np.bool_) for flag in flags),
            np.ascontiguousarray(parts, np.int32),
            np.ascontiguousarray(sentences, np.int32),
        )
        if any(len(array) != len(words) for array in held[:-1]):
            raise ValueError("arrays of different texts")
        *at, sentences_at = map(address, held)
        native = TextStructure(*at, len(words), sentences_at, len(sentences) - 1)
        return cls(native, ctypes.addressof(native), len(words), held)
