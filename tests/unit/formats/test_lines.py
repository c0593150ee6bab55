from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.formats.lines import LineSplitter

LONGEST = 8


def split(pieces: list[bytes]) -> list[bytes | None]:
    splitter = LineSplitter(LONGEST)
    return [line for piece in pieces for line in splitter.feed(piece)] + splitter.end()


def expected(whole: bytes) -> list[bytes | None]:
    *ended, last = whole.split(b"\n")
    lines = [*ended, *([last] if last else [])]
    return [None if len(line) > LONGEST else line.removesuffix(b"\r") for line in lines]


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        ([], []),
        ([b"a\nb\r\n\nc"], [b"a", b"b", b"", b"c"]),
        ([b"a", b"b", b"\n", b"c\n"], [b"ab", b"c"]),
        ([b"123456789\na\n"], [None, b"a"]),
        ([b"12345", b"6789", b"0", b"\na\n"], [None, b"a"]),
        ([b"123456789"], [None]),
        ([b"12345678\n"], [b"12345678"]),
    ],
)
def test_lines_come_out_however_the_pieces_fall(pieces, lines):
    assert split(pieces) == lines == expected(b"".join(pieces))


@given(st.lists(st.text("ab\r\n").map(str.encode)))
def test_pieces_make_no_difference(pieces):
    assert split(pieces) == expected(b"".join(pieces))


def test_a_line_without_end_is_not_kept():
    splitter, piece = LineSplitter(LONGEST), b"x" * 10_000
    tracemalloc.start()
    try:
        for _ in range(1_000):
            assert splitter.feed(piece) == []
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 10 * len(piece)
    assert splitter.feed(b"\nshort\n") == [None, b"short"]
