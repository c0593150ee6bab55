"""Decompression of what is damaged, cut, or compressed in unusual ways."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
from collections.abc import Callable

import pytest

from wirematch.errors import InvalidDocumentError
from wirematch.formats.packing import FINE_PIECE, Unpacked, packed_as, unpack, zstd

DRAW = random.Random(5)
TEXT = b"".join(b"%d %s\n" % (number, DRAW.randbytes(40).hex().encode()) for number in range(3_000))
EMPTY_FRAME = b"\x5e\x2a\x4d\x18\x04\x00\x00\x00size"
"""A Zstandard frame without content, as writers that compress in parallel or for random access add them."""


def read(content: bytes) -> tuple[bytes, Unpacked]:
    unpacked = Unpacked(io.BytesIO(content))
    return unpacked.read(), unpacked


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress], ids=["gzip", "xz"])
def test_damage_costs_no_more_than_what_is_behind_it(pack: Callable[[bytes], bytes]):
    """Decompressors withhold what precedes an error in the same call, a quarter of a megabyte of whole lines."""
    packed = pack(TEXT)
    at = len(packed) // 2
    got, unpacked = read(packed[:at] + bytes(byte ^ 0xFF for byte in packed[at : at + 64]) + packed[at + 64 :])

    intact = next((place for place, (one, other) in enumerate(zip(got, TEXT, strict=False)) if one != other), len(got))
    assert unpacked.damage is not None
    assert intact > len(TEXT) // 2 - 4 * FINE_PIECE


def test_what_was_appended_to_a_cut_file_costs_nothing_of_it():
    """A writer was killed, and the next one appended to its file."""
    first, second = TEXT[: len(TEXT) // 2], TEXT[len(TEXT) // 2 :]
    cut = gzip.compress(first)[:-2_000]
    got, unpacked = read(cut + gzip.compress(second))
    begin = got[: got.rindex(b"\n", 0, len(first) - 10_000)]

    assert TEXT.startswith(begin)
    assert len(begin) > len(first) * 0.8
    assert unpacked.resume() == len(cut)
    assert unpacked.read() == second


def test_what_was_appended_is_found_though_it_was_taken_for_content_of_what_was_cut():
    """A block that is not compressed has no errors: decompression goes on to the end of the file."""
    cut = gzip.compress(TEXT[:60_000], compresslevel=0)[:20_000]
    got, unpacked = read(cut + gzip.compress(TEXT[:5_000]))

    assert got.startswith(TEXT[:19_000])
    assert unpacked.damage is not None
    assert "ends early" in unpacked.damage
    assert unpacked.resume() == len(cut)
    assert unpacked.read() == TEXT[:5_000]


@pytest.mark.parametrize(
    "packed",
    [
        EMPTY_FRAME + zstd.compress(TEXT[:500]) + EMPTY_FRAME + zstd.compress(TEXT[500:]),
        zstd.compress(TEXT[:500]) + zstd.compress(TEXT[500:]) + EMPTY_FRAME,
    ],
    ids=["parallel", "random access"],
)
def test_frames_without_content_are_passed_over(packed):
    assert packed_as(packed[:6]) == "zstd"
    got, unpacked = read(packed)

    assert (got, unpacked.damage) == (TEXT, None)
    assert unpack(packed, len(TEXT)) == TEXT


def test_what_needs_a_dictionary_or_more_memory_is_not_called_damaged():
    dictionary = zstd.train_dict([TEXT[at : at + 500] for at in range(0, len(TEXT), 500)], 4_000)
    long = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 31})
    for packed, said in (
        (zstd.compress(TEXT, zstd_dict=dictionary), "without the dictionary"),
        (long.compress(TEXT) + long.flush(), "zstd -d --long=31"),
    ):
        assert said in str(read(packed)[1].damage)
        with pytest.raises(InvalidDocumentError, match=said):
            unpack(packed, len(TEXT))


def test_members_of_every_kind_follow_one_another():
    packed = gzip.compress(TEXT) + bz2.compress(TEXT) + lzma.compress(TEXT) + zstd.compress(TEXT)

    assert read(packed)[0] == TEXT * 4
