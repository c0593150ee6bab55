"""The tail of a record: data behind the JSON that saves the sieve and comparisons from reading the text again.

===========  ==============================================================
bytes        content (integers little-endian)
===========  ==============================================================
room         the skeleton of the text (``text/skeleton.py``). In records of an
             earlier release, zeros may follow it or take its place
sketch       the sketch of the text's shingles (``fingerprint/sketch.py``)
2            n, the number of shingles in the sketch; 65,535: there is no sketch
2            room: bytes between the JSON and the sketch
2            length of the skeleton; 0: there is none
4            xxHash, 32 bits, of the skeleton followed by the text in UTF-8
1            1: a record of layout 4. The last byte of layout 3, which has no tail, is '}'
===========  ==============================================================
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
import xxhash

from wirematch.fingerprint.sketch import MOST_SHINGLES, shingles_in, sketch_bytes
from wirematch.kernels.index.replies import Values

TAIL = struct.Struct("<HHHIB")
_LAYOUT_AT = TAIL.size - 1
LAYOUT_4 = 1
NO_SKETCH = 65_535
MOST_ROOM = 65_535


class RecordTail(NamedTuple):
    """The data kept beside a text, and where the JSON before it ends."""

    json_end: int
    sketch: bytes | None = None
    skeleton: bytes | None = None
    checksum: int = 0

    def skeleton_of(self, text: str) -> bytes | None:
        """The skeleton, if it belongs to this text."""
        skeleton = self.skeleton
        return skeleton if skeleton is not None and checksum_of(skeleton, text) == self.checksum else None


def pack_tail(text: str, sketch: bytes | None, skeleton: bytes | None = None) -> bytes:
    """Encode the tail of a text; a skeleton that is too long is left out."""
    if skeleton is None or len(skeleton) > MOST_ROOM:
        skeleton, checksum = b"", 0
    else:
        checksum = checksum_of(skeleton, text)
    shingles = NO_SKETCH if sketch is None else shingles_in(sketch)
    tail = TAIL.pack(shingles, len(skeleton), len(skeleton), checksum, LAYOUT_4)
    return skeleton + (sketch or b"") + tail


def read_tail(record: bytes, json_at: int) -> RecordTail:
    """Decode the tail of a record; ValueError or struct.error if it is damaged."""
    size = len(record)
    if record[-1:] == b"}":
        return RecordTail(size)
    sketch_end = size - TAIL.size
    if sketch_end < 0:
        raise ValueError("this is no end of a record")
    shingles, room, skeleton_length, checksum, layout = TAIL.unpack_from(record, sketch_end)
    sketch_at = sketch_end - (0 if shingles == NO_SKETCH else sketch_bytes(shingles))
    json_end = sketch_at - room
    if layout != LAYOUT_4 or json_end < json_at or skeleton_length > room:
        raise ValueError("this is no end of a record")
    sketch = None if shingles > MOST_SHINGLES else record[sketch_at:sketch_end]
    skeleton = record[json_end : json_end + skeleton_length] or None
    return RecordTail(json_end, sketch, skeleton, checksum)


def sketches_behind(records: Values) -> Values:
    """The sketches of records, of which nothing but the ends are read; null where there is none to be read."""
    data, begins = records.data, records.begins
    ends = begins + records.lengths - TAIL.size
    readable = ends >= begins
    at = np.where(readable, ends, 0)  # any place that is there: what is found for the others is not used
    if not readable.any():
        return Values(data, begins, np.full(len(begins), -1))
    shingles = data[at] | data[at + 1].astype(np.int64) << 8
    starts = ends - sketch_bytes(shingles)
    readable &= (data[at + _LAYOUT_AT] == LAYOUT_4) & (shingles != NO_SKETCH) & (starts >= begins)
    return Values(data, starts, np.where(readable, ends - starts, -1))


def checksum_of(skeleton: bytes, text: str) -> int:
    """Checksum that tells whether a skeleton and a text belong together."""
    return xxhash.xxh32_intdigest(skeleton + text.encode("utf-8", "surrogatepass"))
