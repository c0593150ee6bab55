"""The imprint of a prepared text: hashes, properties and positions of its words, but none of their letters.

Format: a byte for the version, a byte that tells whether the text was disguised, the language, then zlib-compressed:
the lengths of text, words and sentences; for each word its two hashes, the gap before it and its length, the increase
of its part number, its flags, and the length of its term, capped; finally the starts of sentences. Integers are
little-endian.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from wirematch.text.prepared import PreparedText

VERSION = 1
MOST_BYTES = 1 << 24
"""Largest unpacked imprint; the longest text takes less."""
LETTERS = 8
"""Cap on the length of a term: beyond it, length says no more about rarity."""
PLACEHOLDER = "x"
"""Replaces each character of a word; everything between words becomes a blank."""
_HEAD = struct.Struct("<BB8s")
_SIZES = struct.Struct("<III")
_FLAGS = ("content", "unspaced", "spoken", "capitals", "numbers")
_NO_IMPRINT = "this is no imprint of a text"


def pack_words(text: PreparedText) -> bytes:
    """Encode the words of a text; ``unpack_words`` restores all but their letters."""
    before = np.concatenate(([0], text.ends[:-1])) if len(text) else np.zeros(0, np.int64)
    flags = np.zeros(len(text), np.uint8)
    for place, name in enumerate(_FLAGS):
        flags |= getattr(text, name).astype(np.uint8) << np.uint8(place)
    letters = np.fromiter((min(len(term), LETTERS) for term in text.terms), np.uint8, len(text))
    columns = [
        text.words.astype("<u4"),
        text.stems.astype("<u4"),
        (text.starts - before).astype("<i4"),
        (text.ends - text.starts).astype("<i4"),
        np.diff(text.parts, prepend=0).astype("<i4"),
        flags,
        letters,
        text.sentences.astype("<i4"),
    ]
    sizes = _SIZES.pack(text.length, len(text), len(text.sentences))
    packed = zlib.compress(sizes + b"".join(column.tobytes() for column in columns), 6)
    return _HEAD.pack(VERSION, text.disguised, (text.language or "").encode()) + packed


def unpack_words(packed: bytes) -> PreparedText:
    """Restore a text whose terms have the right (capped) length but no meaning; ValueError for anything else."""
    try:
        version, disguised, language = _HEAD.unpack_from(packed)
        unpacked = zlib.decompressobj().decompress(packed[_HEAD.size :], MOST_BYTES)
        length, words, sentences = _SIZES.unpack_from(unpacked)
    except (struct.error, zlib.error) as error:
        raise ValueError(_NO_IMPRINT) from error
    if version != VERSION or len(unpacked) != _SIZES.size + words * (5 * 4 + 2) + 4 * sentences:
        raise ValueError(_NO_IMPRINT)
    at = _SIZES.size

    def column(kind: str, count: int) -> NDArray[np.generic]:
        nonlocal at
        found = np.frombuffer(unpacked, kind, count, at)
        at += found.nbytes
        return found

    hashes, stems = (column("<u4", words).astype(np.uint32) for _ in range(2))
    gaps, lengths, grown = (column("<i4", words).astype(np.int64) for _ in range(3))
    flags, letters = (column("u1", words).astype(np.uint8) for _ in range(2))
    starts_of_sentences = column("<i4", sentences).astype(np.int32)
    ends = np.cumsum(gaps + lengths)
    if words and not (int(ends.min()) >= 0 and int(ends.max()) <= length and int(lengths.min()) >= 0):
        raise ValueError(_NO_IMPRINT)
    told = {name: flags >> np.uint8(place) & 1 == 1 for place, name in enumerate(_FLAGS)}
    return PreparedText(
        length=length,
        language=language.rstrip(b"\0").decode() or None,
        terms=[PLACEHOLDER * count for count in letters.tolist()],
        starts=(ends - lengths).astype(np.int32),
        ends=ends.astype(np.int32),
        words=hashes,
        stems=stems,
        parts=np.cumsum(grown).astype(np.int32),
        sentences=starts_of_sentences,
        disguised=bool(disguised),
        **told,
    )


def placeholder_text(text: PreparedText) -> str:
    """Return a string as long as the submitted text, with PLACEHOLDER for each character of a scored word."""
    shown = np.full(text.length, ord(" "), np.uint8)
    edges = np.zeros(text.length + 1, np.int32)
    np.add.at(edges, text.starts, 1)
    np.add.at(edges, text.ends, -1)
    shown[np.cumsum(edges[:-1]) > 0] = ord(PLACEHOLDER)
    found = shown.tobytes().decode("ascii")
    return found if found.strip() else PLACEHOLDER * max(1, text.length)
