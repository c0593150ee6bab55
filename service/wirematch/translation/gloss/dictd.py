"""Read dictionaries of the dictd server (RFC 2229; dictfmt(1)): an index of headwords, and the file with entries.

A line of the index has a headword in lower case and its entry's offset and length as base-64 numbers:
``haus<TAB>BMz24<TAB>Cn``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from wirematch.translation.gloss.dictzip import DictzipFile

FOLDER = Path("/usr/share/dictd")
"""Where Debian installs them."""
MOST_ENTRIES = 24
"""Maximum number of entries read for a headword; further ones are rare uses."""
_WRITTEN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_DIGITS = {digit: value for value, digit in enumerate(_WRITTEN)}


class DictdDictionary:
    """Looks up headwords in a few tens of microseconds; keeps the index in memory, but not the entries."""

    def __init__(self, index: Path) -> None:
        """Open ``NAME.index``, which must be next to ``NAME.dict.dz``.

        Raises:
            OSError, ValueError: they cannot be read.
        """
        lines = index.read_bytes().splitlines()
        self._index = b"\n".join([b"", *sorted(lines), b""])
        self._text = DictzipFile(text_of(index))

    def entries(self, headword: str) -> list[str]:
        """Return the entries of a headword, in the dictionary's order."""
        found: list[bytes] = []
        line = b"\n" + headword.lower().encode("utf-8", "replace") + b"\t"
        place = self._find(line)
        while len(found) < MOST_ENTRIES and self._index.startswith(line, place):
            end = self._index.index(b"\n", place + 1)
            found.append(self._index[place + 1 : end])
            place = end
        return [self._entry(one) for one in sorted(found, key=_place)]

    def __iter__(self) -> Iterator[str]:
        """Yield all entries, in the order of their headwords."""
        for line in self._index.split(b"\n"):
            if line and not line.startswith(b"00"):
                yield self._entry(line)

    def _find(self, line: bytes) -> int:
        """Return the position of the line break before the first line not less than ``line`` (binary search)."""
        low, high = 0, len(self._index) - 1
        while low < high:
            middle = max(low, self._index.rfind(b"\n", low, (low + high) // 2 + 1))
            following = self._index.find(b"\n", middle + 1)
            if following < 0 or following > high:
                following = high
            if self._index[middle : middle + len(line)] < line:
                low = following
            else:
                high = middle
        return low

    def _entry(self, line: bytes) -> str:
        offset, length = _place(line)
        return self._text.read(offset, length).decode("utf-8", "replace")


def text_of(index: Path) -> Path:
    """Return the file that an index points into."""
    return index.with_name(index.name.removesuffix(".index") + ".dict.dz")


def digest_of(index: Path) -> str:
    """Return a hash of a dictionary's content. Reads some thirty megabytes at most."""
    state = hashlib.blake2b(digest_size=6)
    for file in (index, text_of(index)):
        state.update(file.read_bytes())
    return state.hexdigest()


def _place(line: bytes) -> tuple[int, int]:
    """Return offset and length of an entry; zeros for an invalid line."""
    try:
        _, offset, length, *_ = line.split(b"\t")
        return _number(offset), _number(length)
    except (KeyError, ValueError):
        return 0, 0


def _number(written: bytes) -> int:
    value = 0
    for digit in written:
        value = value * 64 + _DIGITS[digit]
    return value
