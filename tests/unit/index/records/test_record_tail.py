from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.errors import DamagedRecordError
from wirematch.fingerprint.minhash import shingle_many
from wirematch.fingerprint.sketch import shingles_in, sketch_of
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index.records.codec import TIMES, decode_article, decode_record, encode_article
from wirematch.index.records.tail import LAYOUT_4, MOST_ROOM, TAIL, RecordTail, checksum_of, pack_tail, read_tail
from wirematch.models import Article, Kind
from wirematch.text.prepare import prepare
from wirematch.text.skeleton import skeleton_of

TEXT = """AVERLAND (Norwind) - Four people died when a barge struck the harbour bridge of Averland on Tuesday.

"We heard it before we saw it," the harbour master said. Seven people are missing, and the search goes on.

Share this story"""
SKELETON = skeleton_of(prepare(TEXT))
SKETCH = sketch_of(shingle_many([TEXT])[0])
ARTICLE = Article(id="a", body=TEXT, kind=Kind.WIRE)


def record(sketch: bytes | None = SKETCH, skeleton: bytes | None = SKELETON) -> bytes:
    return TIMES.pack(1, 1_772_539_200_000, 0) + encode_article(ARTICLE, StoredAids(sketch, skeleton))


def test_a_record_brings_its_sketch_and_its_skeleton():
    read = decode_record(7, record())

    assert (read.sketch, read.skeleton, read.body) == (SKETCH, SKELETON, TEXT)
    assert (read.id, read.stored_at) == (read.article.id, read.article.stored_at)


def test_a_record_without_a_skeleton_takes_no_room_for_one():
    read = decode_record(7, record(skeleton=None))

    assert (read.skeleton, read.sketch, read.body) == (None, SKETCH, TEXT)
    assert len(record()) - len(record(skeleton=None)) == len(SKELETON)


@pytest.mark.parametrize("skeleton", [b"", SKELETON])
def test_room_that_an_earlier_release_left_is_passed_over(skeleton):
    whole = record(skeleton=None)
    behind = len(whole) - TAIL.size - len(SKETCH)
    room = len(SKELETON) + 9
    checksum = checksum_of(skeleton, TEXT) if skeleton else 0
    tail = TAIL.pack(shingles_in(SKETCH), room, len(skeleton), checksum, LAYOUT_4)
    read = decode_record(7, whole[:behind] + skeleton.ljust(room, b"\0") + SKETCH + tail)

    assert (read.skeleton, read.sketch, read.body) == (skeleton or None, SKETCH, TEXT)


def test_a_record_of_layout_3_is_read_beside_the_others():
    whole = record()
    old = whole[: whole.rindex(b"}", 0, len(whole) - TAIL.size - len(SKETCH) - len(SKELETON)) + 1]
    read = decode_record(7, old)

    assert (read.sketch, read.skeleton, read.body) == (None, None, TEXT)
    assert decode_article(old) == decode_article(whole)


@pytest.mark.parametrize("place", range(len(SKELETON)))
def test_a_skeleton_that_is_damaged_is_none(place):
    whole = bytearray(record())
    whole[len(whole) - TAIL.size - len(SKETCH) - len(SKELETON) + place] ^= 0x10
    read = decode_record(7, bytes(whole))

    assert (read.skeleton, read.body, read.sketch) == (None, TEXT, SKETCH)


def test_a_skeleton_of_another_text_is_none():
    other = ARTICLE.model_copy(update={"body": TEXT.replace("Four", "Five")})
    whole = TIMES.pack(1, 1_772_539_200_000, 0) + encode_article(other, StoredAids(SKETCH))
    end = pack_tail(TEXT, SKETCH, SKELETON)
    _, _, json_end = whole.rpartition(b"}")

    assert other.body != TEXT
    assert decode_record(7, whole[: len(whole) - len(json_end)] + end).skeleton is None


@given(st.binary(min_size=1, max_size=200), st.integers(0, 200))
def test_any_end_of_a_record_is_read_or_refused(end, json_at):
    try:
        tail = read_tail(end, json_at)
    except (ValueError, struct.error):
        return
    assert isinstance(tail, RecordTail)
    assert json_at <= tail.json_end <= len(end) or end.endswith(b"}")


@given(st.integers(0, len(record()) - 1), st.integers(1, 255))
def test_a_byte_that_is_damaged_is_never_more_than_a_damaged_record(place, change):
    whole = bytearray(record())
    whole[place] ^= change
    try:
        read = decode_record(7, bytes(whole))
    except DamagedRecordError:
        return
    if read.skeleton is not None:
        assert (read.skeleton, read.body) == (SKELETON, TEXT)


def test_a_skeleton_that_is_too_long_is_left_out():
    tail = read_tail(b"{}" + pack_tail(TEXT, None, bytes(MOST_ROOM + 1)), 0)

    assert (tail.skeleton, tail.sketch, tail.json_end) == (None, None, 2)


def test_a_text_without_shingles_has_a_sketch_all_the_same():
    empty = sketch_of(np.empty(0, np.uint32))

    assert read_tail(b"{}" + pack_tail("", empty), 0).sketch == empty
