"""Wherever the kernel decides on the beginnings of sentences, it agrees with sentencex."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest
import sentencex
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.texts import english
from wirematch.kernels.text.segments import segments
from wirematch.text import sentence_cuts
from wirematch.text.sentence_cuts import FOLLOWED, english_cuts, is_followed, sentence_starts

pytestmark = needs_kernels

PIECES = (
    "The barge ", "it was ", "Mr", "Dr", "U.S", "J", "p.m", "a.m", "7 ", "5", "in", "ft", "M.D", "Ph.D", "etc",
    "w.e.f", "Inc", "No", "The ", "He said", "Port Marlowe ", "I ", "Yahoo", "on Tuesday", "at", ". ", ".", "...",
    "!", "? ", " ", "\n", "\n\n", ", ", ":", "'", "''", '"', '" ', " '", "' ", "’", "‘", "“", "”", "`", "``", "…",
    "(", ") ", "[", "<", "[1]", "a", "b) ", "(a) ", "1. ", "- ", "é", "É", "—", "@", "a@b.co", "/", "0", "_", "²",
    "º", "nº ", "€", "iv. ", "A. ", "\r", "s' ", "don't ",
)  # fmt: skip
DECIDED = (
    ("It was Mr. Long. He left.", 2), ("The U.S. Navy came. It was late.", 2), ('"It is over." He left.', 2),
    ("He said: 'It is over.' The port's bridge is down.", 2), ("At 7 p.m. Tom left. It rained.", 2),
    ("It was 7 p.m. The", 2), ("Ada J. Long (a pilot. of ships) left! Why? Nobody knows.", 3),
    ("It is 3.5 metres... and more", 1), ("One.\n\nTwo.", 2), ("“It was.” ‘Why?’ It was É. Long.", 4),
    ("It was Penn. The bridge fell.", 2), ("", 0),
)  # fmt: skip


def plainly(text: str) -> list[int]:
    return [
        found["start_index"]
        for found in sentencex.get_sentence_boundaries("en", text)
        if not found["is_paragraph_break"]
    ]


@given(st.lists(st.sampled_from(PIECES) | english, max_size=40).map("".join))
def test_any_text(text):
    found = segments(text.encode())
    assert found is None or found.tolist() == plainly(text)


@pytest.mark.parametrize(("text", "sentences"), DECIDED)
def test_these_are_decided(text, sentences):
    found = segments(text.encode())
    assert found is not None
    assert found.tolist() == plainly(text)
    assert len(found) == sentences


def test_so_are_stories(stories):
    bodies = [told["body"] for story in stories.values() for told in story.values()]
    found = [segments(body.encode()) for body in bodies]
    assert all(cuts is None or cuts.tolist() == plainly(body) for body, cuts in zip(bodies, found, strict=True))
    assert found.count(None) <= len(bodies) // 5


@pytest.mark.parametrize(
    "text",
    [
        "It was \\ over.",
        "1. One\n2. Two",
        "It is « over. » It was.",
        "The port ' is ' open. It was.",
        "It was. . . .",
        "Port nº 7 p.m. Tom left.",
    ],
)
def test_the_rest_is_left_to_sentencex(text):
    assert segments(text.encode()) is None
    assert english_cuts(text, text.encode(), long_rows=False).tolist() == sentence_starts(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ada J\u00a0. Long left.",
        "J\u2003 . It was.",
        "(J\u00a0\u00a0. It",
        "It was/J\u3000.",
        "J" + "\u2003" * 200_000 + "It",
    ],
)
def test_white_space_of_several_bytes_before_a_full_stop(text):
    assert sentence_starts(text)[0] == 0


def test_the_rules_are_those_of_the_version_that_is_here():
    assert version("sentencex") == FOLLOWED


@pytest.mark.parametrize("other", ["1.0.31", None])
def test_beside_another_version_or_one_that_does_not_say_it_sentencex_decides(monkeypatch, other):
    def told(name: str) -> str:
        if other is None:
            raise PackageNotFoundError(name)
        return other

    text = "It was Mr. Long.\n\nHe left."
    monkeypatch.setattr(sentence_cuts, "version", told)
    is_followed.cache_clear()
    try:
        assert not is_followed()
        assert english_cuts(text, text.encode(), long_rows=False).tolist() == sentence_starts(text)
    finally:
        is_followed.cache_clear()
