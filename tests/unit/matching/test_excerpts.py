from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.made_up import told, words
from wirematch.matching.excerpts import LEAST_EXCERPT
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Evidence, PassageKind, Relation


def compared(submission: str, story: str, *others: str) -> Evidence:
    comparer = default_comparer()
    mine, theirs, *rest = (comparer.prepare(Article(body=body)) for body in (submission, story, *others))
    return comparer.compare(mine, theirs, event=comparer.event(mine, rest))


def article(draw: random.Random, size: int, excerpt: list[str], at: int) -> str:
    """Return an article of ``size`` words with the excerpt as a sentence after ``at`` of them."""
    rest = words(draw, size)
    return f"{told(rest[:at])} {' '.join(excerpt).capitalize()}. {told(rest[at:])}"


@settings(max_examples=40)
@given(
    st.integers(0, 10_000),
    st.integers(LEAST_EXCERPT, 60),
    st.integers(60, 5_000),
    st.integers(60, 1_000),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_every_excerpt_is_reported_with_its_passage(seed, length, size, story_size, at, story_at):
    """Whatever the two articles are, and however small the excerpt."""
    draw = random.Random(seed)
    excerpt = words(draw, length)
    submission = article(draw, size, excerpt, int(at * size))
    evidence = compared(submission, article(draw, story_size, excerpt, int(story_at * story_size)))

    assert evidence.relation in {Relation.PARTIAL, Relation.REWRITE, Relation.COPY}
    shown = [submission[one.submission.start : one.submission.end] for one in evidence.passages]
    assert any(" ".join(excerpt[1:]) in one for one in shown)


@pytest.mark.parametrize("others", [0, 1])
def test_an_excerpt_stays_one_though_the_story_quotes_somebody_with_some_of_its_words(others):
    """With a neighbour and without, which are two paths in the kernel."""
    draw = random.Random(4)
    excerpt = words(draw, LEAST_EXCERPT)
    submission = article(draw, 400, excerpt, 200)
    story = f"{article(draw, 400, excerpt, 50)}\n\n“It was {' '.join(excerpt[5:15])},” said the mayor of Quillern."

    evidence = compared(submission, story, *[article(draw, 300, excerpt[:3], 9)] * others)

    assert evidence.relation is Relation.PARTIAL


def test_a_shorter_run_is_no_excerpt():
    draw = random.Random(1)
    excerpt = words(draw, LEAST_EXCERPT - 2)

    evidence = compared(article(draw, 400, excerpt, 200), article(draw, 400, excerpt, 50))

    assert evidence.relation not in {Relation.PARTIAL, Relation.REWRITE, Relation.COPY}


@pytest.mark.parametrize("quoted", [("“{}”", "{}"), ("{}", "“{}”"), ("“{}”", "“{}”")])
def test_what_somebody_is_quoted_with_is_no_excerpt(quoted):
    draw = random.Random(2)
    speech = " ".join(words(draw, 30))
    mine, theirs = (f"{told(words(draw, 300))}\n\n{mark.format(speech)}.\n\n{told(words(draw, 60))}" for mark in quoted)

    assert compared(mine, theirs).relation not in {Relation.PARTIAL, Relation.REWRITE, Relation.COPY}


def test_an_excerpt_alone_makes_no_article_wholly_derived():
    draw = random.Random(3)
    excerpt = words(draw, 40)

    evidence = compared(" ".join(excerpt) + ".", article(draw, 5_000, excerpt, 2_000))

    assert evidence.relation in {Relation.PARTIAL, Relation.COPY}  # a copy only if the model says so of the whole
    assert {one.kind for one in evidence.passages} == {PassageKind.VERBATIM}


def test_an_excerpt_is_told_with_its_words_exactly_where_it_decides(stories):
    """And not the probability of the texts, or of parts of them."""
    seen, threshold = set(), default_comparer().model.threshold
    wire = stories["quillern-layoffs"]["wire"]["body"].split()
    own = stories["reservoir-verdict"]["independent"]["body"]
    for start in range(0, len(wire) - 60, 10):
        for length in (20, 30, 45):
            taken = " ".join(wire[start : start + length])
            evidence = compared(f"{own}\n\n{taken}", " ".join(wire))
            decides = evidence.relation is Relation.PARTIAL and evidence.probability < threshold
            assert (evidence.excerpt is not None) == decides
            if evidence.excerpt:
                assert LEAST_EXCERPT <= evidence.excerpt <= length + 5  # a number with its unit may be two words
            seen.add(decides)
    assert seen == {True, False}


@pytest.fixture
def own_and_wire(stories) -> tuple[str, list[str]]:
    """A text, and the words of one on something else, without what ends clauses and sentences."""
    wire = stories["quillern-layoffs"]["wire"]["body"].split()
    return stories["reservoir-verdict"]["independent"]["body"], [word.strip(".,") for word in wire]


def test_an_excerpt_repeated_has_no_more_words_than_stand_in_the_story(own_and_wire):
    own, wire = own_and_wire
    row = wire[10:18]
    story = f"{' '.join(wire[:10])}. {' '.join(row * 4)}. {' '.join(wire[18:])}"

    evidence = compared(f"{own}\n\n{' '.join(row * 10)}.", story)

    assert evidence.relation is Relation.PARTIAL
    assert evidence.excerpt == 4 * len(row)


def test_what_stands_in_the_story_in_pieces_is_told_as_no_run(own_and_wire):
    own, wire = own_and_wire
    draw, run = random.Random(1), wire[:34]
    pieces = [" ".join([*run[at : at + 4], ",", *words(draw, 4)]) for at in range(len(run) - 3)]

    evidence = compared(f"{own}\n\n{' '.join(run)}.", f"{' '.join(pieces)}. {' '.join(wire[150:])}")

    assert evidence.relation is Relation.PARTIAL
    assert evidence.excerpt is None
