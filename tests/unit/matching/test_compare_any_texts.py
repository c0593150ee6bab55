"""Properties of the comparison of any two texts, including long ones."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.comparing import compare
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Derivation, Relation
from wirematch.text.prepare import prepare

TEXTS = st.text(min_size=1) | st.lists(
    st.sampled_from(
        ["The barge", "hit the bridge", "in the storm.", "“Four died,”", "he said.", "\n\n", "船が沈んだ。", "Share\n"]
    ),
    min_size=1,
    max_size=30,
).map(" ".join)


@given(TEXTS, TEXTS)
def test_whatever_the_texts_the_evidence_is_sound(submission, story):
    comparer = default_comparer()
    mine, theirs = (comparer.prepare(Article.model_construct(body=body)) for body in (submission, story))
    evidence = comparer.compare(mine, theirs)

    assert 0 <= evidence.probability <= 1
    assert (evidence.derivation is Derivation.NOT) == (evidence.relation in {Relation.RELATED, Relation.UNRELATED})
    for passage in evidence.passages:
        assert 0 <= passage.submission.start < passage.submission.end <= len(submission)
        assert 0 <= passage.story.start < passage.story.end <= len(story)


@given(TEXTS)
@example("Four died.")
def test_passages_of_a_text_with_itself_cover_all_of_it(body):
    text = prepare(body)
    side = default_comparer().prepare(Article.model_construct(body=body))
    match = default_comparer().compare(side, side)
    covered = [
        any(passage.submission.start <= start and end <= passage.submission.end for passage in match.passages)
        for start, end in zip(text.starts.tolist(), text.ends.tolist(), strict=True)
    ]

    assert all(covered)
    if len(text):
        assert (match.coverage.submission, match.coverage.story, match.verbatim) == (1, 1, 1)
        assert match.relation is Relation.COPY
        assert {passage.submission for passage in match.passages} == {passage.story for passage in match.passages}


SAMPLES = {
    folder.name: {
        file.stem: json.loads(file.read_text(encoding="utf-8"))["body"].split("\n\n") for file in folder.iterdir()
    }
    for folder in sorted((Path(__file__).parents[3] / "demo" / "stories").iterdir())
}
NAMES = st.sampled_from(sorted(SAMPLES))
KINDS = st.sampled_from(["wire", "rewrite", "excerpt", "independent"])


@st.composite
def excerpts(draw, names=NAMES, kinds=KINDS) -> str:
    """Consecutive paragraphs of a sample text."""
    paragraphs = SAMPLES[draw(names)][draw(kinds)]
    first = draw(st.integers(0, len(paragraphs) - 1))
    return "\n\n".join(paragraphs[first : draw(st.integers(first + 1, len(paragraphs)))])


@given(st.data(), NAMES, st.sampled_from(["wire", "rewrite", "excerpt"]))
def test_unrelated_text_added_never_raises_the_coverage(data, name, kind):
    story = "\n\n".join(SAMPLES[name]["wire"])
    submission = data.draw(excerpts(st.just(name), st.just(kind)))
    unrelated = data.draw(excerpts(NAMES.filter(lambda other: other != name)))

    before, after = (compare(body, story).coverage.submission for body in (submission, f"{submission}\n\n{unrelated}"))
    assert after <= before


@given(st.lists(excerpts(), min_size=1, max_size=3), st.lists(excerpts(), min_size=1, max_size=3))
def test_swapping_the_articles_swaps_the_coverage(mine, theirs):
    mine, theirs = "\n\n".join(mine), "\n\n".join(theirs)
    there, back = compare(mine, theirs).coverage, compare(theirs, mine).coverage

    assert (there.submission, there.story) == pytest.approx((back.story, back.submission), abs=1e-3)


PLANTED = [f"planted{number}" for number in range(30)]
FILLER = st.lists(
    st.sampled_from(["barge", "bridge", "harbour", "the", "of", "storm", "said.", "dawn.\n\n", "“four", "killed”"]),
    max_size=40,
).map(" ".join)


@given(FILLER, FILLER, FILLER, FILLER, st.integers(12, 30), st.integers(0, 30))
def test_a_run_of_twelve_words_is_always_in_a_passage(before, after, story_before, story_after, length, sentence_end):
    words = PLANTED[:length]
    if sentence_end < length:
        words[sentence_end] += "."
    run = " ".join(words)
    submission, story = f"{before} {run} {after}", f"{story_before} {run} {story_after}"
    passages = compare(submission, story).passages

    for side, body in (("submission", submission), ("story", story)):
        place = body.index("planted0")
        for word in words:
            bare = word.rstrip(".")
            at = body.index(bare, place)
            place = at + len(bare)
            spans = [getattr(passage, side) for passage in passages]
            assert any(span.start <= at and place <= span.end for span in spans), (side, word)


def test_memory_does_not_grow_with_the_square_of_the_sentences():
    # 200,000 characters are 50,000 such paragraphs; a table of their pairs alone would take 10 GB.
    body = "\n\n".join(f"Word{number}" for number in range(3_000))
    tracemalloc.start()
    try:
        compare(body, body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 60_000_000


def test_texts_of_more_sentences_than_are_told_apart_are_compared():
    sentences = [
        f"Clerk {number} of the harbour office counted {number * 7} crates of pears." for number in range(1_200)
    ]
    edited = [sentence.replace("counted", "reported") for sentence in sentences]

    match = compare(" ".join(edited), " ".join(sentences))

    assert match.derivation is Derivation.WHOLLY
    assert max(passage.submission.end for passage in match.passages) > 0.9 * len(" ".join(edited))
