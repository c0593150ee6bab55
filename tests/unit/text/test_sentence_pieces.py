"""A text with many unpaired marks is given to sentencex in pieces that it can read quickly."""

from __future__ import annotations

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from wirematch.text import sentence_cuts
from wirematch.text.sentence_cuts import MOST_AT_ONCE, MOST_MARKS, english_cuts, sentence_starts

OPENING = "\"'`‘‚‛“„‟‹«»《「"
ENDING = ".!?…。！？।؟"
STORY = "The barge brought down a span of the bridge. Nobody was hurt, the harbour master said.\n"


@pytest.fixture
def pieces(monkeypatch) -> list[str]:
    found: list[str] = []

    def noted(language: str, text: str) -> list[dict]:
        found.append(text)
        return sentencex_itself(language, text)

    sentencex_itself = sentencex.get_sentence_boundaries
    monkeypatch.setattr(sentence_cuts.sentencex, "get_sentence_boundaries", noted)
    return found


@pytest.mark.parametrize("mark", [*OPENING, *ENDING])
@pytest.mark.parametrize(
    ("between", "language"), [("a ", "en"), ("ab cd\n", "en"), ("Ab. ", "en"), ("Ab. ", "de"), ("Ab. ", "it")]
)
def test_no_piece_has_many_marks_and_none_is_left_out(pieces, mark, between, language):
    """Pieces are cut before the language counts. A piece has two neighbours."""
    text = (mark + between) * 2 * MOST_MARKS + between
    starts = sentence_starts(text, language)

    assert "".join(pieces) == text
    assert max(piece.count(mark) for piece in pieces) <= MOST_MARKS
    assert max(map(len, pieces)) <= MOST_AT_ONCE
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    assert starts[-1] < len(text)


@pytest.mark.parametrize("words", [STORY * 200, "“It was,” she said. ‘Why?’ " * 150, STORY * 2_000, "ไทย " * 4_000, ""])
def test_what_has_few_is_cut_at_its_length_alone(pieces, words):
    sentence_starts(words)

    assert "".join(pieces) == words
    assert len(pieces) == 1 + len(words) // (MOST_AT_ONCE - len(STORY))


def test_it_is_cut_at_ends_of_lines(pieces):
    sentence_starts(('"' + "word " * 5 + '"\n') * 2_000)

    assert len(pieces) > 2
    assert all(piece.endswith("\n") for piece in pieces if piece)


@needs_kernels
@given(
    st.lists(st.sampled_from(('"a" ', "'a' ", "“a” ", "`a` ", "(a) ", "Ab. ", "It was.\n", "a\n\n")), min_size=1),
    st.integers(900, 1_100),
    st.sampled_from((1, 2)),
)
def test_the_kernel_decides_none_that_is_cut_in_pieces(shapes, marks, a_piece):
    text = "".join(shapes * (marks // len(shapes) // a_piece + 1))
    found = english_cuts(text, text.encode(), long_rows=True)
    assert [start for start in found if text[start : start + 2] != "\n\n"] == [
        start for start in sentence_starts(text) if text[start : start + 2] != "\n\n"
    ]
