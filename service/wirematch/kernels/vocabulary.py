"""``vocabulary.c``, ``reading.c`` and ``fingerprint.c``: texts in Latin letters as numbers of words met before.

What a word counts as is asked of Python once, when the word is met first.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import NOT_OF_THIS_TEXT, Address, Size, address, bind, enough
from wirematch.kernels.scratch import MOST_PERMUTATIONS, Scratch, scratch_for

MOST_WORDS = 131_072
"""As in ``vocabulary.h``."""
LETTER, DIGIT, CAPITAL, READABLE = 1, 2, 4, 8
"""What a character may be, as in ``reading.c``."""
CHARACTER = np.dtype([("folded", np.uint16), ("kind", np.uint16)])
RANGES = (range(0x300), range(0x2000, 0x2070), range(0x20A0, 0x20D0))
"""Code points that may stand in a text which the kernel reads; the table has them in this order."""

NO_SKELETON = "the skeleton is not of this text"

_CONTENT, _DIGIT_FIRST = 1, 2

_bytes = bind("wirematch_vocabulary_bytes", Size)
_learn = bind(
    "wirematch_learn", ctypes.c_int64, Address, ctypes.c_char_p, Size, ctypes.c_char_p, Size, ctypes.c_char_p, Size
)
_read = bind("wirematch_read", ctypes.c_int64, Address, Address, ctypes.c_char_p, Size, Address)
_describe = bind("wirematch_describe", ctypes.c_int64, Address, Address, Size, Address, Address, Address, Address)
_fingerprint = bind(
    "wirematch_fingerprint",
    ctypes.c_int64,
    Address, Address, Size, ctypes.c_double, Address, Address, Size, Address, Address,
)  # fmt: skip

_prepare = bind(
    "wirematch_prepare",
    ctypes.c_int64,
    Address, Address, Size, ctypes.c_char_p, Size, ctypes.c_double, Address,
)  # fmt: skip

ReadWord = Callable[[str], tuple[str, bool]]
"""Of a folded word its term, and whether it is a content word."""


@dataclass(frozen=True, eq=False)
class Permutations:
    """Of a MinHash scheme, ``factors * hash + summands`` for ``p`` permutations."""

    factors: NDArray[np.uint32]
    summands: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.factors)

    @cached_property
    def addresses(self) -> tuple[int, int]:
        """Where both are."""
        return address(self.factors), address(self.summands)


@dataclass(frozen=True, slots=True, eq=False)
class WordsRead:
    """The ``n`` words of a text in Latin letters."""

    numbers: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    """Code points of the text as submitted."""
    capitals: NDArray[np.bool_]


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

    terms: list[str]
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


class Vocabulary:
    """Words by number, for any number of threads. A number once given stays what it is."""

    def __init__(self, read: ReadWord, characters: NDArray[np.void]) -> None:
        if _bytes is None:
            raise RuntimeError("a vocabulary needs the compiled kernels")
        self.forms: list[str] = []
        self.terms: list[str] = []
        self.full = False
        """Whether it turned words away; whoever can should go on with another."""
        self._read_word = read
        self._characters = characters
        self._memory = np.zeros(_bytes(), np.uint8)
        self._numbers: dict[str, int] = {}
        self._filling = threading.Lock()
        self._at, self._characters_at = address(self._memory), address(characters)

    def copy(self) -> Vocabulary:
        """Another with the same words, for a fraction of what reading them takes."""
        other = Vocabulary(self._read_word, self._characters)
        with self._filling:
            other.forms, other.terms, other._numbers = self.forms.copy(), self.terms.copy(), self._numbers.copy()
            other._memory[:] = self._memory
        return other

    def add(self, forms: Iterable[str]) -> bool:
        """Read and keep those that are new; whether all of them fit."""
        with self._filling:
            new = [form for form in dict.fromkeys(forms) if form not in self._numbers]
            read = list(map(self._read_word, new))
            return self._keep(new, [term for term, _ in read], [content for _, content in read])

    def add_read(self, forms: list[str], terms: list[str], content: list[bool]) -> bool:
        """The same of n words that were read already, each another and none kept so far."""
        with self._filling:
            return self._keep(forms, terms, content)

    def _keep(self, forms: list[str], terms: list[str], content: list[bool]) -> bool:
        first = len(self.forms)
        if first + len(forms) > MOST_WORDS:
            self.full = True
            return False
        # Before any other thread can meet the numbers.
        self.forms += forms
        self.terms += terms
        flags = bytes(
            is_content * _CONTENT | form[0].isdigit() * _DIGIT_FIRST
            for form, is_content in zip(forms, content, strict=True)
        )
        packed, packed_terms = _packed(forms), _packed(terms)
        if _learn(self._at, packed, len(packed), packed_terms, len(packed_terms), flags, len(forms)) < 0:  # type: ignore[misc]
            del self.forms[first:], self.terms[first:]
            self.full = True
            return False
        self._numbers.update(zip(forms, range(first, first + len(forms)), strict=True))
        return True

    def read(self, text: str) -> WordsRead | None:
        """The words of ``text``; None when Python has to read it: other letters, longer words, too many new ones."""
        encoded = text.encode("utf-8", "surrogatepass")
        scratch = scratch_for(len(encoded))
        count = self._read(encoded, scratch)
        if count < 0:
            return None
        return WordsRead(
            scratch.numbers[:count].copy(),
            scratch.starts[:count].copy(),
            scratch.ends[:count].copy(),
            scratch.capitals[:count].copy(),
        )

    def fingerprint(
        self, text: str, least_share: float, permutations: Permutations | None
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32], int] | None:
        """Distinct sorted shingles, their minima (none without ``permutations``), and how many words there are.

        None when Python has to do it: what ``read`` cannot, texts with hardly a content word, and those in which
        fewer than ``least_share`` of the words are function words.
        """
        encoded = text.encode("utf-8", "surrogatepass")
        scratch = scratch_for(len(encoded))
        count = self._read(encoded, scratch)
        if count < 0:
            return None
        size = len(permutations) if permutations else 0
        if size > MOST_PERMUTATIONS:
            return None
        factors_at, summands_at = permutations.addresses if permutations else (None, None)
        found = enough(
            _fingerprint(  # type: ignore[misc]  # there is no Vocabulary without kernels
                self._at,
                scratch.numbers_at,
                count,
                least_share,
                factors_at,
                summands_at,
                size,
                scratch.shingles_at,
                scratch.minima_at,
            )
        )
        return None if found < 0 else (scratch.shingles[:found].copy(), scratch.minima[:size].copy(), count)

    def describe(
        self, numbers: NDArray[np.int32]
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.bool_], NDArray[np.bool_]]:
        """Of n words: hashes, hashes of their terms, whether they are content words, and begin with a digit."""
        words, stems = (np.empty(len(numbers), np.uint32) for _ in range(2))
        content, digits = (np.empty(len(numbers), np.bool_) for _ in range(2))
        places = map(address, (words, stems, content, digits))
        if _describe(self._at, address(numbers), len(numbers), *places) < 0:  # type: ignore[misc]
            raise IndexError("a number that no word has")
        return words, stems, content, digits

    def prepare(
        self, text: str, skeleton: bytes, words: int, sentences: int, least_share: float
    ) -> WordsPrepared | None:
        """The words of ``text`` in the light of its skeleton, which says that it has so many words and sentences.

        None when Python has to do it, as in ``fingerprint``; a skeleton that is not of this text is a ``ValueError``.
        """
        encoded = text.encode("utf-8", "surrogatepass")
        if not sentences <= words <= len(encoded):
            return None
        scratch = scratch_for(len(encoded))
        count = self._read(encoded, scratch)
        if count < 0:
            return None
        numbers = np.empty((6, words), np.int32)
        flags = np.empty((4, words), np.bool_)
        begins = np.empty(sentences + 1, np.int32)
        rows = [address(numbers) + 4 * words * row for row in range(6)]
        marks = [address(flags) + words * row for row in range(4)]
        out = _Prepared(*rows, *marks, words, address(begins), sentences)
        found = _prepare(  # type: ignore[misc]
            self._at, scratch.reading_at, count, skeleton, len(skeleton), least_share, ctypes.addressof(out)
        )
        if found == NOT_OF_THIS_TEXT:
            raise ValueError(NO_SKELETON)
        if found < 0:
            return None
        starts, ends, parts = numbers[1:4]
        hashes, stems = numbers[4:].view(np.uint32)
        content, spoken, capitals, digits = flags
        terms = named(self.terms, numbers[0])
        return WordsPrepared(terms, starts, ends, hashes, stems, content, spoken, capitals, digits, parts, begins)

    def _read(self, encoded: bytes, scratch: Scratch) -> int:
        """How many words are in ``scratch``; below 0 when Python has to read the text."""
        count: int = enough(
            _read(self._at, self._characters_at, encoded, len(encoded), scratch.reading_at)  # type: ignore[misc]
        )
        if count > 0 and scratch.reading.unknown_size:
            forms = scratch.unknown[: scratch.reading.unknown_size - 1].tobytes().decode().split("\0")
            if not self._all_known(forms) and not self.add(forms):
                return -1
            numbers = scratch.numbers[:count]
            numbers[numbers < 0] = list(map(self._numbers.__getitem__, forms))
        return count

    def _all_known(self, forms: Sequence[str]) -> bool:
        """As when another thread met them meanwhile, or where so many words were made to meet in one slot."""
        return all(map(self._numbers.__contains__, forms))


def named(names: list[str], numbers: NDArray[np.int32]) -> list[str]:
    """The names of some words by number."""
    if len(numbers) < 2:
        return [names[number] for number in numbers.tolist()]
    return list(itemgetter(*numbers.tolist())(names))  # takes two thirds of the time


def _packed(words: Sequence[str]) -> bytes:
    return "".join(f"{word}\0" for word in words).encode()
