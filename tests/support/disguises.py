"""Disguises that hide from a machine what a text copies, and errors of scanners."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_CYRILLIC = str.maketrans("acehiopsxyABEHKMOPCTX", "асеһіорѕхуАВЕНКМОРСТХ")
_GREEK = str.maketrans("oναABEHIKMNOPTXYZ", "οναΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")
_SCANNED = {"e": "c", "h": "b", "m": "rn", "l": "1", "o": "0", "n": "u", "d": "cl", "t": "f", "a": "o", "s": "5"}


def cyrillic(text: str) -> str:
    return text.translate(_CYRILLIC)


def greek(text: str) -> str:
    return text.translate(_GREEK)


def small_capitals(text: str) -> str:
    return text.translate(str.maketrans("cosvwz", "ᴄᴏꜱᴠᴡᴢ"))


def letter_spaced(text: str) -> str:
    return "\n".join(" ".join(line) for line in text.split("\n"))


def evenly_spaced(text: str) -> str:
    return "\n".join(" ".join(line.replace(" ", "")) for line in text.split("\n"))


def unspaced(text: str) -> str:
    return text.replace(" ", "")


def invisible(text: str) -> str:
    return re.sub(r"(?<=\w\w)(?=\w\w)", "\u200b\u00ad", text)


def leet(text: str) -> str:
    return text.translate(str.maketrans("aeiost", "431057"))


def false_digits(text: str) -> str:
    return re.sub(r"\d\d[\d.,]*", lambda number: number.group().translate(str.maketrans("01", "Ol")), text)


def scanned(text: str, share: float = 0.06, seed: int = 1) -> str:
    chance = random.Random(seed)
    return "".join(_SCANNED.get(letter, letter) if chance.random() < share else letter for letter in text)


def joined(text: str) -> str:
    """Drop every fifth blank."""
    parts = text.split(" ")
    return "".join(part + ("" if number % 5 == 4 else " ") for number, part in enumerate(parts)).rstrip(" ")


def fallen_apart(text: str) -> str:
    """Split every fourth long word in two."""
    found = iter(range(10_000))
    return re.sub(
        r"[^\W\d_]{6,}", lambda word: word.group()[:3] + "- "[next(found) % 2] + word.group()[3:]
        if next(found) % 4 == 2 else word.group(), text,
    )  # fmt: skip


ALPHABETS: dict[str, Callable[[str], str]] = {"Cyrillic": cyrillic, "Greek": greek, "small capitals": small_capitals}
DISGUISES: dict[str, Callable[[str], str]] = {
    **ALPHABETS,
    "letter-spaced": letter_spaced,
    "evenly spaced": evenly_spaced,
    "without spaces": unspaced,
    "invisible": invisible,
    "leet": leet,
    "letters for digits": false_digits,
}
DAMAGES: dict[str, Callable[[str], str]] = {"scanned": scanned, "joined": joined, "fallen apart": fallen_apart}
