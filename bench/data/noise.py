"""Disguises by which a text hides from a machine what it copies, and errors of scanners."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

Noise = Callable[[str, random.Random], str]

CONFUSED = 0.4
"""Share of letters replaced by a similar one of another alphabet, of those that have one."""
HIDDEN = 0.15
"""Share of letters followed by an invisible character."""
_INVISIBLE = "\u200b\u200c\u200d\u00ad\u2060\ufeff"
_LEET = str.maketrans("aeiost", "431057")
_CYRILLIC = str.maketrans("acehiopsxyABEHKMOPCTX", "асеһіорѕхуАВЕНКМОРСТХ")
_DIGITS = str.maketrans("0136", "OlЗб")
# Common confusions of scanners (Kukich 1992, table 2, and newspaper archives).
_SCANNED = {
    "a": "o", "b": "h", "c": "e", "d": "cl", "e": "c", "f": "t", "g": "q", "h": "b", "i": "l", "j": "i", "k": "h",
    "l": "1", "m": "rn", "n": "u", "o": "0", "p": "n", "q": "g", "r": "n", "s": "5", "t": "f", "u": "n", "v": "y",
    "w": "vv", "x": "z", "y": "v", "z": "2",
}  # fmt: skip


def clean(text: str, _: random.Random) -> str:
    """No noise, for comparison."""
    return text


def cyrillic(text: str, _: random.Random) -> str:
    """Replace every letter that has a Cyrillic look-alike."""
    return text.translate(_CYRILLIC)


def confusable(text: str, chance: random.Random) -> str:
    """Replace letters by look-alikes of any script (Unicode Technical Standard 39, confusables)."""
    shapes = _shapes()
    return "".join(
        chance.choice(shapes[letter]) if letter in shapes and chance.random() < CONFUSED else letter for letter in text
    )


def letter_spaced(text: str, _: random.Random) -> str:
    """Insert a blank after every character, and so three between words."""
    return "\n".join(" ".join(line) for line in text.split("\n"))


def evenly_spaced(text: str, _: random.Random) -> str:
    """Insert one blank after every letter, and no more between words."""
    return "\n".join(" ".join(line.replace(" ", "")) for line in text.split("\n"))


def unspaced(text: str, _: random.Random) -> str:
    """Remove blanks."""
    return text.replace(" ", "")


def invisible(text: str, chance: random.Random) -> str:
    """Insert soft hyphens and zero-width characters in words."""
    return "".join(
        letter + (chance.choice(_INVISIBLE) if letter.isalpha() and chance.random() < HIDDEN else "") for letter in text
    )


def leet(text: str, _: random.Random) -> str:
    """Replace letters by digits."""
    return text.translate(_LEET)


def false_digits(text: str, _: random.Random) -> str:
    """Replace digits by letters."""
    return re.sub(r"\d[\d.,]*", lambda number: number.group().translate(_DIGITS), text)


def scanned(share: float) -> Noise:
    """Misread a share of letters like a scanner; of ten errors, one drops the letter and one splits the word."""

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
    """Drop one blank in six."""
    return re.sub(r"(?<=\w) (?=\w)", lambda _: "" if chance.random() < 1 / 6 else " ", text)


def parted(text: str, chance: random.Random) -> str:
    """Split one in four words of at least six letters, by a blank or a hyphen."""

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
    """ASCII letter -> its look-alikes in other scripts."""
    shapes: dict[str, str] = {}
    for line in (files("bench.data") / "confusable_letters.tsv").read_text(encoding="utf-8").splitlines():
        letter, others = line.split("\t")
        shapes[letter] = others
    return shapes
