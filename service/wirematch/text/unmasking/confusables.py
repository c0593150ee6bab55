"""Confusable letters: with a Cyrillic o, ``of`` looks right but is another word to a machine.

Unicode Technical Standard 39 lists which characters look alike. Only words that mix alphabets, or stand among such
words, are folded: each into the alphabet of those of its letters that are unambiguous (Latin, Cyrillic or Greek).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import regex
from numpy.typing import NDArray

CONFUSABLES_FILE = "confusables.tsv"
LEAST_MIXED = 3
"""Adjacent pairs of an ASCII letter and a look-alike from which on a text is examined; fewer are formulas or slips."""

_CAN_BE_LATIN = frozenset("ıƖɩƽƼƷǀ")
"""Letters of living Latin alphabets, which are not suspicious beside ASCII letters."""
_ALPHABETS = {
    "Cyrillic": "АВЕКМНОРСТУХаеорсухіјѕһ",
    "Greek": "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαιορυν",
}
"""Letters that look Latin but belong to the usual alphabet of a language."""


@cache
def prototypes() -> dict[int, str]:
    """Character -> the ASCII letter or digit that it looks like, for ``str.translate``."""
    lines = (files("wirematch.text.unmasking") / CONFUSABLES_FILE).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {ord(look): prototype for prototype, looks in rows for look in looks.split(" ")}


@cache
def _lookalikes() -> dict[str, dict[int, str]]:
    """For each other alphabet: ASCII letter -> its own letter that looks like it."""
    shapes = prototypes()
    return {name: {ord(shapes[ord(own)]): own for own in letters} for name, letters in _ALPHABETS.items()}


@cache
def _words() -> regex.Pattern[str]:
    suspects = "".join(map(re.escape, map(chr, prototypes())))
    return regex.compile(rf"[\p{{L}}\p{{M}}\p{{N}}{suspects}]+")


_ASCII, _LOOK = 1, 2


@cache
def _kinds() -> NDArray[np.uint8]:
    """Whether each character is an ASCII letter or looks like one; the last entry stands for all others."""
    kinds = np.zeros(max(prototypes()) + 2, np.uint8)
    kinds[[*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)]] = _ASCII
    kinds[[point for point in prototypes() if chr(point) not in _CAN_BE_LATIN]] = _LOOK
    return kinds


def _byte_kinds() -> bytes:
    """Whether each UTF-8 byte is an ASCII letter or starts a letter beyond Latin and general punctuation."""
    kinds = bytearray(256)
    for byte in range(256):
        letter = byte < 0x80 and chr(byte).isalpha()
        beyond = byte >= 0xC6 and byte != 0xE2
        kinds[byte] = _ASCII if letter else _LOOK if beyond else 0
    return bytes(kinds)


_BYTE_KINDS = _byte_kinds()
_BESIDE = bytes((_ASCII, _LOOK))


def mixes_alphabets(text: str) -> bool:
    """Whether ASCII letters stand beside look-alikes in several places."""
    if text.isascii() or _BESIDE not in text.encode("utf-8", "replace").translate(_BYTE_KINDS):
        return False
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kinds()[np.minimum(points, len(_kinds()) - 1)]
    return int(np.count_nonzero((kinds[1:] | kinds[:-1]) == _ASCII | _LOOK)) >= LEAST_MIXED


def fold_confusables(text: str) -> str | None:
    """Replace look-alikes by the letters they stand for, code point by code point; None if no alphabets are mixed."""
    if not mixes_alphabets(text):
        return None
    whole = Counter(filter(None, map(_alphabet, text))).most_common(1)
    usual = whole[0][0] if whole else "Latin"
    return _words().sub(lambda word: _fold_word(word.group(), usual), text)


def _fold_word(word: str, usual: str) -> str:
    """Fold a word into the alphabet of its letters, or into the usual one if all its letters are ambiguous."""
    if word.isascii() and usual == "Latin":
        return word
    told = set(filter(None, map(_alphabet, word))) or {usual}
    if len(told) > 1:
        return word
    [alphabet] = told
    if alphabet == "Latin":
        return word.translate(prototypes())
    return word.translate(_lookalikes()[alphabet])


@lru_cache(maxsize=4_096)
def _alphabet(letter: str) -> str | None:
    """The alphabet of a letter; None if it looks like a letter of another one or belongs to none of them."""
    if ord(letter) in prototypes():
        return None
    plain = unicodedata.normalize("NFKC", letter)
    if plain.isascii():
        shared = len(plain) == 1 and any(ord(plain) in looks for looks in _lookalikes().values())
        return "Latin" if plain.isalpha() and not shared else None
    name = unicodedata.name(letter, "").partition(" ")[0].title()
    return name if name in ("Latin", *_ALPHABETS) and letter.isalpha() else None
