"""Undo disguises meant to hide a copy from machines: read a text as a person does.

A person overlooks look-alike letters, blanks between letters, missing blanks, and digits in place of letters. Whether a
text has any of these is determined in microseconds from the kinds of its characters; a text without them is left
unchanged to the last character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.text.disguise import DisguiseSigns, may_be_disguised
from wirematch.text.unmasking.confusables import fold_confusables
from wirematch.text.unmasking.segmentation import is_word
from wirematch.text.unmasking.spacing import (
    SPACED,
    UNSPACED,
    Piece,
    has_long_rows,
    is_spaced,
    is_unspaced,
    with_blanks,
    with_blanks_in_long_rows,
    without_blanks,
)

Places = NDArray[np.int32]

LONGEST = 200_000
"""Code points. Longer texts are no articles and are left unchanged."""
TEXTS_KEPT = 128
"""Cache size: twice as many texts as are signed together."""
LEET, LEAST_LEET = b"a9a", 8
"""Least digits within words; fewer belong to names."""
LEET_WORDS = 0.05
"""Share of words with digits in them from which on digits stand for letters."""
LEAST_FALSE_DIGITS = 3
"""Least numbers with letters in them; fewer belong to names."""

_LETTERS_AND_DIGITS = re.compile(r"(?=\w*[A-Za-z])(?=\w*[0134578])\w+", re.ASCII)
_FALSE_NUMBER = re.compile(r"(?<![\w/.])(?=(?:[OolI.,]*\d){2})(?=[\d.,]*[OolI])[\dOolI][\dOolI.,]*(?!\w)")
_LETTERS_OF_DIGITS = str.maketrans("034578", "oeastb")
_DIGITS_OF_LETTERS = str.maketrans("OolI", "0011")


def _kinds() -> bytes:
    """Kind of each byte: ``a`` a letter, ``9`` a digit, a blank, or ``.``."""
    kinds = bytearray(b"." * 256)
    for byte in range(256):
        character = chr(byte)
        if byte >= 128 or character.isalpha():
            kinds[byte] = ord("a")
        elif character.isdigit():
            kinds[byte] = ord("9")
        elif character.isspace():
            kinds[byte] = ord(" ")
    return bytes(kinds)


KINDS = _kinds()
SIGNS = DisguiseSigns(spaced=len(SPACED), unspaced=len(UNSPACED), leet=LEAST_LEET, false_digits=LEAST_FALSE_DIGITS)
"""Every disguise shows at least one of these signs, so a text with none of them has no disguise."""
_DIGIT_KINDS = bytes.maketrans(b"OlI0123456789", b"OOO9999999999")


@dataclass(frozen=True, slots=True, eq=False)
class Unmasked:
    """A text as a person reads it, of n code points."""

    text: str
    starts: Places | None = None
    ends: Places | None = None
    """n positions each: the submitted code points behind each character; None if the texts correspond one to one."""
    guessed: bool = False
    """Whether words had to be split, or letters told from digits, by guessing."""

    def origins(self, starts: Places, ends: Places) -> tuple[Places, Places]:
        """Map ``[start, end)`` of words in this text to the submitted text."""
        if self.starts is None or self.ends is None:
            return starts, ends
        return self.starts[starts], self.ends[ends - 1]

    def places_of(self, origins: Places) -> Places:
        """Map positions in the submitted text to the first positions here that come from there or later."""
        return origins if self.starts is None else np.searchsorted(self.starts, origins).astype(np.int32)

    def then(self, pieces: Iterable[Piece]) -> Unmasked:
        """Apply a further step that made ``pieces`` of this text."""
        made = list(pieces)
        text = "".join(piece for piece, _, _ in made)
        starts = np.empty(len(text), np.int32)
        ends = np.empty(len(text), np.int32)
        at = 0
        for piece, start, end in made:
            size = len(piece)
            same = size == end - start
            starts[at : at + size] = np.arange(start, end) if same else start
            ends[at : at + size] = np.arange(start + 1, end + 1) if same else end
            at += size
        if self.starts is not None and self.ends is not None and len(text):
            starts = self.starts[np.minimum(starts, len(self.starts) - 1)]
            ends = self.ends[np.maximum(ends - 1, 0)]
        return Unmasked(text, starts, ends, guessed=True)


@lru_cache(maxsize=TEXTS_KEPT)
def unmask(submitted: str) -> Unmasked:
    """Return ``submitted`` as a person reads it; unchanged if nothing is disguised.

    Cached, as a text is unmasked when it is signed, prepared and mended.
    """
    if len(submitted) > LONGEST:
        return Unmasked(submitted)
    found = Unmasked(fold_confusables(submitted) or submitted)
    letters = found.text.encode("ascii", "replace")
    return unmask_letters(found, letters) if may_be_disguised(letters, KINDS, SIGNS) else found


def unmask_letters(found: Unmasked, letters: bytes) -> Unmasked:
    """As ``unmask``, without look-alike letters; ``letters`` is the text in ASCII."""
    kinds = letters.translate(KINDS)
    if is_spaced(kinds):
        found = found.then(without_blanks(found.text))
        letters = found.text.encode("ascii", "replace")
        kinds = letters.translate(KINDS)
    if LEET in kinds and kinds.count(LEET) >= LEAST_LEET:
        found = _without_leet(found)
        kinds = found.text.encode("ascii", "replace").translate(KINDS)
    if _may_have_false_digits(letters) and len(_FALSE_NUMBER.findall(found.text)) >= LEAST_FALSE_DIGITS:
        digits = _FALSE_NUMBER.sub(lambda number: number.group().translate(_DIGITS_OF_LETTERS), found.text)
        found = replace(found, text=digits)
    if is_unspaced(kinds):
        found = found.then(with_blanks(found.text))
    elif has_long_rows(found.text, kinds):
        parted = found.then(with_blanks_in_long_rows(found.text))
        found = parted if parted.text != found.text else found
    return found


def _may_have_false_digits(letters: bytes) -> bool:
    """Whether letters that look like digits stand beside digits."""
    kinds = letters.translate(_DIGIT_KINDS)
    if b"9O" not in kinds and b"O9" not in kinds:
        return False
    return kinds.count(b"9O") + kinds.count(b"O9") >= LEAST_FALSE_DIGITS


def _without_leet(masked: Unmasked) -> Unmasked:
    """Replace digits within words by letters, code point by code point, if many words have digits."""
    if len(_LETTERS_AND_DIGITS.findall(masked.text)) < LEET_WORDS * (masked.text.count(" ") + 1):
        return masked

    def read(word: re.Match[str]) -> str:
        letters = word.group().translate(_LETTERS_OF_DIGITS)
        whole, other = letters.replace("1", "i"), letters.replace("1", "l")
        return other if is_word(other) and not is_word(whole) else whole

    return replace(masked, text=_LETTERS_AND_DIGITS.sub(read, masked.text), guessed=True)
