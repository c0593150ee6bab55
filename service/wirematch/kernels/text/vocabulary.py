"""``vocabulary.c`` and ``reading.c``: Latin text as numbers of known words.

Python is asked once, when a word is first met, what it counts as.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.large_pages import on_large_pages
from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.scratch import Scratch, scratch_for

MOST_WORDS = 131_072
"""As in ``vocabulary.h``."""
LETTER, DIGIT, CAPITAL, READABLE = 1, 2, 4, 8
"""Kinds of a character, as in ``folding.h``."""
CHARACTER = np.dtype([("folded", np.uint16), ("kind", np.uint16)])
RANGES = (range(0x300), range(0x2000, 0x2070), range(0x20A0, 0x20D0), range(0x2500, 0x2600))
"""Code points that the kernel can read, in the order of the table."""

_CONTENT, _DIGIT_FIRST = 1, 2

_bytes = bind("wirematch_vocabulary_bytes", Size)
_learn = bind(
    "wirematch_learn", ctypes.c_int64, Address, ctypes.c_char_p, Size, ctypes.c_char_p, Size, ctypes.c_char_p, Size
)
_read = bind("wirematch_read", ctypes.c_int64, Address, Address, ctypes.c_char_p, Size, Address)
_describe = bind("wirematch_describe", ctypes.c_int64, Address, Address, Size, Address, Address, Address, Address)
ReadWords = Callable[[Sequence[str]], tuple[list[str], list[bool]]]
"""Returns the terms of folded words, and which are content words."""


@dataclass(frozen=True, slots=True, eq=False)
class WordsRead:
    """The ``n`` words of a Latin text."""

    numbers: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    """Code points of the submitted text."""
    capitals: NDArray[np.bool_]


class ScratchWords(NamedTuple):
    """The words of a text in its thread's scratch buffers, valid until the thread reads another text."""

    vocabulary: Vocabulary
    encoded: bytes
    """The text in UTF-8."""
    scratch: Scratch
    size: int
    """Number of words."""

    def forms(self) -> list[str]:
        """The folded words, in order."""
        return list(map(self.vocabulary.forms.__getitem__, self.scratch.numbers[: self.size].tolist()))


class Vocabulary:
    """Words by number. Thread-safe; numbers never change."""

    def __init__(self, read: ReadWords, characters: NDArray[np.void]) -> None:
        if _bytes is None:
            raise RuntimeError("a vocabulary needs the compiled kernels")
        self.forms: list[str] = []
        self.terms: list[str] = []
        self.full = False
        """Whether it has refused words; callers should switch to a new one."""
        self._read_words = read
        self._characters = characters
        self._memory = on_large_pages(_bytes())
        self._numbers: dict[str, int] = {}
        self._filling = threading.Lock()
        self.at = address(self._memory)
        """Address for the kernels."""
        self.characters_at = address(characters)

    def copy(self) -> Vocabulary:
        """Return a copy, for a fraction of the cost of reading the words again."""
        other = Vocabulary(self._read_words, self._characters)
        with self._filling:
            other.forms, other.terms, other._numbers = self.forms.copy(), self.terms.copy(), self._numbers.copy()
            other._memory[:] = self._memory
        return other

    def add(self, forms: Iterable[str]) -> bool:
        """Read and keep new words; returns whether all of them fit."""
        with self._filling:
            new = [form for form in dict.fromkeys(forms) if form not in self._numbers]
            return not new or self._keep(new, *self._read_words(new))

    def add_read(self, forms: list[str], terms: list[str], content: list[bool]) -> bool:
        """As ``add``, for n distinct new words that were read already."""
        with self._filling:
            return self._keep(forms, terms, content)

    def _keep(self, forms: list[str], terms: list[str], content: list[bool]) -> bool:
        first = len(self.forms)
        if first + len(forms) > MOST_WORDS:
            self.full = True
            return False
        # Before other threads can meet the numbers.
        self.forms += forms
        self.terms += terms
        # Lists: for a text's few words, generators take twice as long.
        flags = bytes(
            [
                is_content * _CONTENT | form[0].isdigit() * _DIGIT_FIRST
                for form, is_content in zip(forms, content, strict=True)
            ]
        )
        packed, packed_terms = _packed(forms), _packed(terms)
        if _learn(self.at, packed, len(packed), packed_terms, len(packed_terms), flags, len(forms)) < 0:  # type: ignore[misc]
            del self.forms[first:], self.terms[first:]
            self.full = True
            return False
        self._numbers.update(zip(forms, range(first, first + len(forms)), strict=True))
        return True

    def read(self, text: str) -> WordsRead | None:
        """Read ``text``; None if Python has to do it: for other letters, long words, or too many new ones."""
        encoded = as_bytes(text)
        scratch = scratch_for(len(encoded))
        count = self.read_into(scratch, encoded)
        if count < 0:
            return None
        return WordsRead(
            scratch.numbers[:count].copy(),
            scratch.starts[:count].copy(),
            scratch.ends[:count].copy(),
            scratch.capitals[:count].copy(),
        )

    def describe(
        self, numbers: NDArray[np.int32]
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.bool_], NDArray[np.bool_]]:
        """Return for n words: hashes, term hashes, whether they are content words, whether they begin with a digit."""
        words, stems = (np.empty(len(numbers), np.uint32) for _ in range(2))
        content, digits = (np.empty(len(numbers), np.bool_) for _ in range(2))
        places = map(address, (words, stems, content, digits))
        if _describe(self.at, address(numbers), len(numbers), *places) < 0:  # type: ignore[misc]
            raise IndexError("a number that no word has")
        return words, stems, content, digits

    def read_into(self, scratch: Scratch, encoded: bytes) -> int:
        """Read a UTF-8 text into ``scratch``; returns the number of words, negative if Python has to do it."""
        count: int = enough(
            _read(self.at, self.characters_at, encoded, len(encoded), scratch.reading_at)  # type: ignore[misc]
        )
        if count > 0 and scratch.reading.unknown_size:
            forms, known = self.learn_unknown(scratch), self._numbers.get
            learned = [number for form in forms if (number := known(form)) is not None]
            if len(learned) < len(forms):  # another thread filled it, or words were crafted to collide in one slot
                return -1
            numbers = scratch.numbers[:count]
            numbers[numbers < 0] = learned
        return count

    def words_of(self, text: str) -> ScratchWords | None:
        """Read a text for kernels that are called next; None if Python has to do it."""
        encoded = as_bytes(text)
        scratch = scratch_for(len(encoded))
        count = self.read_into(scratch, encoded)
        return None if count < 0 else ScratchWords(self, encoded, scratch, count)

    def learn_unknown(self, scratch: Scratch) -> list[str]:
        """Read and keep the unknown words in ``scratch``, as far as they fit; returns them in order."""
        size = scratch.reading.unknown_size
        if not size:
            return []
        forms: list[str] = scratch.unknown[: size - 1].tobytes().decode().split("\0")
        self.add(forms)
        return forms


def as_bytes(text: str) -> bytes:
    """Encode a text for kernels; they cannot read lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


class Named(Sequence[str]):
    """The names of n words by number, looked up on access: comparing needs none of them."""

    __slots__ = ("_names", "_numbers")

    def __init__(self, names: Sequence[str], numbers: NDArray[np.int32]) -> None:
        """``names`` may grow, but the names of ``numbers`` must not change."""
        self._names = names
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Named: ...
    def __getitem__(self, place: int | slice) -> str | Named:
        if isinstance(place, slice):
            return Named(self._names, self._numbers[place])
        return self._names[int(self._numbers[place])]

    def only(self, kept: NDArray[np.bool_]) -> Named:
        """The flagged ones of the n."""
        return Named(self._names, self._numbers[kept])

    def __iter__(self) -> Iterator[str]:
        return map(self._names.__getitem__, self._numbers.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def _packed(words: Sequence[str]) -> bytes:
    return "\0".join([*words, ""]).encode()
