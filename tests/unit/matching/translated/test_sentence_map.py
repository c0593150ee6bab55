"""The map from a translation to its original."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.matching.translated.sentence_map import SentenceMap, join

ROWS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 900), st.text("ab", min_size=1, max_size=300), st.booleans())
)


def made(rows) -> tuple[SentenceMap, str, list[tuple[int, int]]]:
    ends = list(accumulate(gap + length for gap, length, _, _ in rows))
    spans = [(end - length, end) for end, (_, length, _, _) in zip(ends, rows, strict=True)]
    texts, breaks = [text for _, _, text, _ in rows], [one for *_, one in rows]
    return SentenceMap.of(spans, list(map(len, texts)), breaks), join(texts, breaks), spans


@given(ROWS)
def test_each_sentence_is_found_where_it_was(rows):
    sentences, text, spans = made(rows)
    for place, (_, _, said, _) in enumerate(rows):
        start, end = int(sentences.translated_starts[place]), int(sentences.translated_ends[place])
        assert text[start:end] == said
        assert sentences.original(start, end) == spans[place]


@given(ROWS)
def test_a_map_is_unpacked_as_it_was_packed(rows):
    sentences, _, _ = made(rows)
    again = SentenceMap.unpack(sentences.pack())
    for name in ("starts", "ends", "translated_starts", "translated_ends"):
        assert getattr(again, name).tolist() == getattr(sentences, name).tolist()


def test_what_goes_over_two_sentences_comes_from_both():
    sentences, text, _ = made([(0, 10, "aaaa", False), (1, 20, "bbbb", True), (5, 5, "a", False)])
    assert text == "aaaa bbbb\n\na"
    assert sentences.original(2, 7) == (0, 31)


def test_what_is_cut_off_is_no_map():
    packed = SentenceMap.of([(0, 200), (201, 500)], [150, 160], [False, True]).pack()
    with pytest.raises(ValueError, match="truncated"):
        SentenceMap.unpack(packed[:-3])
