"""What is done to a text so that a machine no longer sees what it copies, and what scanners do to it by mistake."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

Noise = Callable[[str, random.Random], str]

CONFUSED = 0.4
"""Share of letters that stand in another alphabet's shape, of those that have one."""
HIDDEN = 0.15
"""Share of letters behind which something invisible stands."""
_INVISIBLE = "\u200b\u200c\u200d\u00ad\u2060\ufeff"
_LEET = str.maketrans("aeiost", "431057")
_CYRILLIC = str.maketrans("acehiopsxyABEHKMOPCTX", "асеһіорѕхуАВЕНКМОРСТХ")
_DIGITS = str.maketrans("0136", "OlЗб")
# What scanners take for one another, as counted by many who looked (Kukich 1992, table 2, and newspaper archives).
_SCANNED = {
    "a": "o", "b": "h", "c": "e", "d": "cl", "e": "c", "f": "t", "g": "q", "h": "b", "i": "l", "j": "i", "k": "h",
    "l": "1", "m": "rn", "n": "u", "o": "0", "p": "n", "q": "g", "r": "n", "s": "5", "t": "f", "u": "n", "v": "y",
    "w": "vv", "x": "z", "y": "v", "z": "2",
}  # fmt: skip


def clean(text: str, _: random.Random) -> str:
    """Nothing: what the others are held against."""
    return text


def cyrillic(text: str, _: random.Random) -> str:
    """Every letter that Cyrillic has, too, in Cyrillic."""
    return text.translate(_CYRILLIC)


def confusable(text: str, chance: random.Random) -> str:
    """Letters in the shape of others of any script that Unicode Technical Standard 39 calls confusable with them."""
    shapes = _shapes()
    return "".join(
        chance.choice(shapes[letter]) if letter in shapes and chance.random() < CONFUSED else letter for letter in text
    )


def letter_spaced(text: str, _: random.Random) -> str:
    """A blank behind every character, and so three between words."""
    return "\n".join(" ".join(line) for line in text.split("\n"))


def evenly_spaced(text: str, _: random.Random) -> str:
    """One blank behind every letter, and no more between words."""
    return "\n".join(" ".join(line.replace(" ", "")) for line in text.split("\n"))


def unspaced(text: str, _: random.Random) -> str:
    """No blanks."""
    return text.replace(" ", "")


def invisible(text: str, chance: random.Random) -> str:
    """Soft hyphens and characters without width within words."""
    return "".join(
        letter + (chance.choice(_INVISIBLE) if letter.isalpha() and chance.random() < HIDDEN else "") for letter in text
    )


def leet(text: str, _: random.Random) -> str:
    """Digits for letters."""
    return text.translate(_LEET)


def false_digits(text: str, _: random.Random) -> str:
    """Letters for digits."""
    return re.sub(r"\d[\d.,]*", lambda number: number.group().translate(_DIGITS), text)


def scanned(share: float) -> Noise:
    """Letters taken for others by a scanner; of ten errors one loses the letter, and one parts the word."""

    def read(text: str, chance: random.Random) -> str:
        return "".join(_misread(letter, chance) if chance.random() < share else letter for letter in text)

    return read


def _misread(letter: str, chance: random.Random) -> str:
    if not letter.isalpha():
        return letter
    kind = chance.random()
    if kind < 0.1:
        return ""
    if kind < 0.2:
        return letter + " "
    return _SCANNED.get(letter.lower(), letter)


def joined(text: str, chance: random.Random) -> str:
    """One blank in six left out."""
    return re.sub(r"(?<=\w) (?=\w)", lambda _: "" if chance.random() < 1 / 6 else " ", text)


def parted(text: str, chance: random.Random) -> str:
    """One word in four of six letters and more in two, with a blank or a hyphen."""

    def part(word: re.Match[str]) -> str:
        letters = word.group()
        if chance.random() >= 1 / 4:
            return letters
        place = chance.randint(3, len(letters) - 3)
        return letters[:place] + chance.choice(" -") + letters[place:]

    return re.sub(r"[^\W\d_]{6,}", part, text)


NOISES: dict[str, Noise] = {
    "clean": clean,
    "Cyrillic letters": cyrillic,
    "confusable letters (UTS 39)": confusable,
    "letter-spaced": letter_spaced,
    "letter-spaced, words too": evenly_spaced,
    "without spaces": unspaced,
    "invisible characters": invisible,
    "leetspeak": leet,
    "letters for digits": false_digits,
    "OCR errors, 3 %": scanned(0.03),
    "OCR errors, 8 %": scanned(0.08),
    "joined words": joined,
    "parted words": parted,
}


@cache
def _shapes() -> dict[str, str]:
    """ASCII letter -> the letters of other scripts that look like it."""
    shapes: dict[str, str] = {}
    for line in (files("bench") / "confusable_letters.tsv").read_text(encoding="utf-8").splitlines():
        letter, others = line.split("\t")
        shapes[letter] = others
    return shapes
