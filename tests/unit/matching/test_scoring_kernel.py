"""Scores by one kernel call equal those computed step by step, to the last bit."""

from __future__ import annotations

import random
import weakref
from collections.abc import Sequence
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.made_up import reworded, told, words
from wirematch.kernels.scoring import scores as kernel
from wirematch.matching.model.derivation import DerivationModel
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pair_score import PairScore
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.matching.resources import default_comparer, default_model
from wirematch.matching.scoring import PairScorer, ScoresAtOnce, derived_of
from wirematch.models import Article

pytestmark = needs_kernels

COMPARER = default_comparer()
SCORER = PairScorer(default_model(), COMPARER.rarity)
MADE_UP = [words(random.Random(seed), 90) for seed in range(4)]
FOOTER = told(words(random.Random(77), 30))
PIECES = [
    *map(told, MADE_UP),
    *(told(reworded(random.Random(9), one, 0.3)) for one in MADE_UP),
    *(told(one[20:60]) for one in MADE_UP),
    f"“{told(MADE_UP[0][:50])}”",
    FOOTER,
    "Harbour (Norwind) - The barge sank.",
    "Die Fähre liegt am Kai und der Hafen ist seit Dienstag gesperrt. " * 5,
]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("\n\n".join)
bodies = st.lists(texts, min_size=2, max_size=7)


def sides(*many: str) -> list[PreparedArticle]:
    return [COMPARER.prepare(Article(body=body)) for body in many]


def of_value(score: PairScore) -> list[object]:
    """Everything except the two texts and their event."""
    seen = score.pair.submission.text.words.tolist(), score.pair.story.text.words.tolist()
    plain = [
        getattr(score, field.name)
        for field in fields(score)
        if field.name not in ("pair", "submission", "event", "features")
    ]
    return [*plain, seen, score.shared_with_others, None if score.features is None else score.features.tolist()]


def assert_same(submission: PreparedArticle, stories: Sequence[PreparedArticle], least: int = 2) -> Sequence[PairScore]:
    event = Event(submission.profile, [one.profile for one in stories])
    found = SCORER.score(submission, stories, event, least)
    expected = SCORER.score_in_steps(submission, [one.profile for one in stories], event, least)
    assert list(map(of_value, found)) == list(map(of_value, expected))
    assert [one.pair.how_much for one in found] == [one.pair.alignment.how_much for one in expected]
    assert [place for place, _ in derived_of(found)] == [at for at, one in enumerate(expected) if one.derived]
    return found


@given(bodies, st.sampled_from([0, 2, 9]))
def test_scores_are_those_of_single_steps(many, least):
    submission, *stories = sides(*many)
    assert_same(submission, stories, least)


def test_each_way_to_be_derived_is_met():
    """A copy, a rewrite, a part and an excerpt occur; Python cuts out a footer that everybody has."""
    own = [words(random.Random(seed), 200) for seed in range(10, 13)]
    composite = "\n\n".join([*map(told, own), FOOTER])
    rewrite = told(reworded(random.Random(3), [word for one in own for word in one], 0.5))
    part = "\n\n".join((told(words(random.Random(6), 600)), told(reworded(random.Random(4), own[1], 0.6))))
    excerpt = f"{told(words(random.Random(5), 600))} {' '.join(told(own[2]).split()[:40])}"
    reports = [f"{told(words(random.Random(seed), 250))}\n\n{FOOTER}" for seed in range(30, 36)]
    submission, *stories = sides(composite, composite, rewrite, part, excerpt, *reports)
    found = assert_same(submission, stories)
    assert isinstance(found, ScoresAtOnce)

    assert (found[0].probability, found[0].features) == (1.0, None)
    assert found[1].whole
    assert (found[2].derived, found[2].whole) == (True, False)
    assert found[2].part is not None
    assert (found[3].derived, found[3].whole, found[3].excerpt) == (True, False, True)
    assert not any(score.derived for score in found[4:])
    assert all(len(score.pair.story) < len(story.profile) for score, story in zip(found[4:], stories[4:], strict=True))


def test_what_is_met_twice_is_kept_and_scores_alike():
    submission, copy, stranger = sides(PIECES[0], told(reworded(random.Random(2), MADE_UP[0], 0.7)), PIECES[3])
    event = Event(submission.profile)
    first = list(map(of_value, SCORER.score(submission, [copy, stranger], event)))
    met = [one.profile.form for one in (copy, stranger) if one.profile.form is not None]

    assert [one.measured_before for one in met] == [True, False]
    assert list(map(of_value, SCORER.score(submission, [copy, stranger], event))) == first
    assert [one.kept is not None for one in met] == [True, False]


def test_what_a_kernel_reads_stays_though_another_thread_measures_the_story_anew(monkeypatch):
    submission, story = sides(PIECES[0], told(reworded(random.Random(2), MADE_UP[0], 0.7)))
    form, called = story.profile.form, kernel._score  # noqa: SLF001 - the kernel itself
    assert form is not None
    assert called is not None
    assert form.measured is not None
    block = weakref.ref(form.measured._held[0])  # noqa: SLF001 - what it reads

    def measured_meanwhile(*asked):
        form.measure()
        assert block() is not None
        return called(*asked)

    monkeypatch.setattr(kernel, "_score", measured_meanwhile)
    SCORER.score(submission, [story], Event(submission.profile))

    assert block() is None  # nobody needs it any longer


@pytest.mark.parametrize("place", [-1, 0, 1])
def test_scores_are_told_by_place_and_in_slices(place):
    submission, *stories = sides(*PIECES[:3])
    found = SCORER.score(submission, stories, Event(submission.profile))
    assert len(found) == len(stories)
    assert found[place] is list(found)[place]
    assert found[1:] == [found[1]]
    with pytest.raises(IndexError):
        found[2]


def test_a_text_beside_no_story_has_no_scores():
    [submission] = sides(PIECES[0])
    assert list(SCORER.score(submission, [], Event(submission.profile))) == []


def test_another_model_is_asked_in_steps():
    class Otherwise:
        """The shipped model in a class that the kernel does not know."""

        names, decision = SCORER.model.names, SCORER.model.threshold

        def probabilities_of(self, rows):
            return SCORER.model.probabilities_of(rows)

        def contributions(self, features):
            return SCORER.model.contributions(features)

    assert isinstance(SCORER.model, DerivationModel)
    submission, *stories = sides(*PIECES[:4])
    event = Event(submission.profile)
    found = PairScorer(Otherwise(), COMPARER.rarity).score(submission, stories, event)
    assert list(map(of_value, found)) == list(map(of_value, SCORER.score(submission, stories, event)))
