from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wirematch.matching.evidence import UNRELATED
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Derivation, Evidence, Match, PassageKind, Relation
from wirematch.text.furniture import find_furniture
from wirematch.text.prepare import prepare


def compare(submission: dict | str, story: dict | str) -> Match:
    sides = [side if isinstance(side, dict) else {"body": side} for side in (submission, story)]
    return default_comparer().compare_articles(*map(Article.model_validate, sides))


def test_a_copy_is_a_copy(story):
    match = compare(story["copy"], story["wire"])

    assert (match.relation, match.derivation) == (Relation.COPY, Derivation.WHOLLY)
    assert match.probability > 0.99
    assert match.coverage.story > 0.9
    assert match.verbatim > 0.85


def test_a_rewrite_is_a_rewrite(story):
    match = compare(story["rewrite"], story["wire"])

    assert (match.relation, match.derivation) == (Relation.REWRITE, Derivation.WHOLLY)
    assert match.probability > 0.9
    assert match.coverage.submission > 0.7
    assert match.verbatim < 0.5


def test_a_heading_that_stays_is_word_for_word(bridge):
    rewrite, wire = (f"{bridge[kind]['body']}\n\nReactions\n\nNobody spoke." for kind in ("rewrite", "wire"))
    kinds = {
        rewrite[passage.submission.start : passage.submission.end]: (passage.kind, passage.similarity)
        for passage in compare(rewrite, wire).passages
    }

    assert kinds["Reactions"] == (PassageKind.VERBATIM, 1)


def test_an_excerpt_is_partial(story):
    match = compare(story["excerpt"], story["wire"])

    assert (match.relation, match.derivation) == (Relation.PARTIAL, Derivation.PARTIALLY)
    assert match.probability > 0.5
    assert 0.1 < match.coverage.submission < 0.6


def test_an_independent_report_is_not_derived(story):
    match = compare(story["independent"], story["wire"])

    assert match.relation in {Relation.RELATED, Relation.UNRELATED}
    assert match.derivation is Derivation.NOT
    assert match.probability < 0.5


def test_another_story_is_not_derived_and_shares_no_passage(story, stories):
    for other in stories.values():
        if other is not story:
            match = compare(story["rewrite"], other["wire"])
            assert match.derivation is Derivation.NOT
            assert match.probability < 0.05
            assert match.passages == []


def test_a_copy_is_a_copy_in_every_language(foreign):
    assert compare(foreign["copy"], foreign["wire"]).relation is Relation.COPY
    assert compare(foreign["unrelated"], foreign["wire"]).derivation is Derivation.NOT


@pytest.mark.parametrize("kind", ["copy", "rewrite", "excerpt"])
def test_swapping_the_sides_swaps_what_is_covered(story, kind):
    there, back = compare(story[kind], story["wire"]), compare(story["wire"], story[kind])

    assert back.derivation is not Derivation.NOT
    assert back.coverage.submission == pytest.approx(there.coverage.story, abs=0.2)
    assert back.coverage.story == pytest.approx(there.coverage.submission, abs=0.2)


def test_no_passage_touches_the_furniture_of_a_copy(story):
    copy = story["copy"]
    furniture = find_furniture(copy["body"], copy["headline"])
    passages = compare(copy, story["wire"]).passages

    assert passages
    for start, end in furniture:
        assert all(passage.submission.end <= start or passage.submission.start >= end for passage in passages)
    for line in ("Site icon", "Share on Facebook", "Exit mobile version", "Sign up for our newsletter"):
        for passage in passages:
            assert line not in copy["body"][passage.submission.start : passage.submission.end]


@pytest.mark.parametrize("kind", ["copy", "rewrite", "excerpt", "independent"])
def test_passages_point_into_the_texts_as_they_were_submitted(story, kind):
    submission, original = story[kind]["body"], story["wire"]["body"]

    for passage in compare(story[kind], story["wire"]).passages:
        mine = submission[passage.submission.start : passage.submission.end]
        theirs = original[passage.story.start : passage.story.end]
        assert mine == mine.strip() != ""
        assert theirs == theirs.strip() != ""
        if passage.similarity == 1:
            assert mine.casefold().split()[0].strip("“\"'") == theirs.casefold().split()[0].strip("“\"'")


def test_offsets_count_code_points_whatever_stands_before(bridge):
    strange = "😀\u00ad e\u0301 ﬁ ½ İ\n\n"
    plain = compare(bridge["rewrite"], bridge["wire"])
    moved = compare(bridge["rewrite"] | {"body": strange + bridge["rewrite"]["body"]}, bridge["wire"])

    assert [passage.submission.start - len(strange) for passage in moved.passages] == [
        passage.submission.start for passage in plain.passages
    ]
    assert [passage.story for passage in moved.passages] == [passage.story for passage in plain.passages]


def test_quotations_that_are_taken_are_called_so(bridge):
    kinds = {passage.kind for passage in compare(bridge["independent"], bridge["wire"]).passages}

    assert kinds == {"quote"}


@pytest.mark.parametrize(
    "body", ["Fire", "Fire in Tolvane", "Four people died.", "Barge hits bridge, four dead, seven missing"]
)
def test_an_equal_text_is_a_copy_however_short(body):
    match = compare(body, body)

    assert match.relation is Relation.COPY
    assert match.coverage.submission == match.coverage.story == 1
    assert [(passage.submission.start, passage.similarity) for passage in match.passages] == [(0, 1)]


@pytest.mark.parametrize("body", ["Tuesday", "Harbour Bridge"])
def test_a_few_words_that_a_story_uses_too_are_no_copy_of_it(bridge, body):
    assert body in bridge["wire"]["body"]
    assert compare(body, bridge["wire"]).relation is not Relation.COPY


@pytest.mark.parametrize(("submission", "story"), [("😀", "Four died."), ("Four died.", "..."), ("😀", "😀")])
def test_a_text_without_words_is_unrelated_to_all(submission, story):
    match = compare(submission, story)

    assert match.relation is Relation.UNRELATED
    assert match.probability == 0
    assert match.passages == []


def test_the_facts_of_the_story_are_given(bridge):
    match = compare(bridge["rewrite"], bridge["wire"])

    assert (match.id, match.source, match.headline) == (
        bridge["wire"]["id"], bridge["wire"]["source"], bridge["wire"]["headline"],
    )  # fmt: skip
    assert match.published_at.isoformat() == bridge["wire"]["published_at"]
    assert match.url == bridge["wire"]["url"]


def test_the_credit_is_read_in_the_submission(bridge):
    assert compare(bridge["copy"], bridge["wire"]).credited
    assert not compare(bridge["rewrite"], bridge["wire"]).credited


def test_nothing_is_said_of_texts_without_anything_in_common():
    match = compare("A barge hit the bridge before dawn.", "Wheat prices rose by a tenth last year.")

    assert match.model_dump(include=set(Evidence.model_fields)) == UNRELATED.model_dump()


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
    mine, theirs = (comparer.side(Article.model_construct(body=body)) for body in (submission, story))
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
    side = default_comparer().side(Article.model_construct(body=body))
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
    """Paragraphs of a sample text that follow each other."""
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
    # 200,000 characters are 50,000 such paragraphs; their table of pairs alone would take 10 GB.
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
