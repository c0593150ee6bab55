from __future__ import annotations

import functools
import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made_up import own, reworded, told, words
from support.profiles import profiled
from wirematch.matching.fast_decision import decide_without_evidence
from wirematch.matching.judge import judge
from wirematch.matching.neighbours.event import NAMES, Event
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Decision

TEXTS = st.text() | st.lists(st.sampled_from(["barge", "the", "12", "said.", "“four", "dead”", "船"])).map(" ".join)
SHARED = "A barge without lights struck the old harbour bridge before dawn and brought down its middle span."


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=4))
def test_features_are_finite_and_the_same_from_either_side(first, second, others):
    one, other, around = profiled(first), profiled(second), list(map(profiled, others))
    found = Event(one, around).features(other)

    assert tuple(found) == NAMES
    assert all(0 <= value < math.inf for value in found.values())
    assert found == pytest.approx(Event(other, around).features(one))


def test_a_phrase_that_the_events_others_hold_says_less():
    first, second = profiled(f"{SHARED} {told(own(1))}"), profiled(f"{told(own(2))} {SHARED}")
    strangers = [profiled(told(own(seed))) for seed in range(3, 9)]
    witnesses = [profiled(f"{told(own(seed))} {SHARED}") for seed in range(3, 9)]
    alone = Event(first).features(second)

    among_strangers, among_witnesses = (
        Event(first, strangers).features(second),
        Event(first, witnesses).features(second),
    )

    assert among_strangers == alone | {"voices": math.log1p(6)}
    assert among_witnesses["voices"] > 0
    assert all(value < alone[name] for name, value in among_witnesses.items() if name != "voices")


def test_copies_and_the_pair_itself_are_no_voices():
    first, second = profiled(f"{SHARED} {told(own(1))}"), profiled(f"{told(own(2))} {SHARED}")
    copies = [profiled(f"{SHARED} {told(own(1))} Tonight."), profiled(f"{told(own(2))} {SHARED} Tonight.")]

    assert Event(first, [second, first, *copies]).features(second) == Event(first).features(second)


def test_pickups_of_one_unknown_source_are_one_voice():
    source = own(3)
    first, second = profiled(f"{SHARED} {told(own(1))}"), profiled(f"{told(own(2))} {SHARED}")
    pickups = [profiled(f"{told(reworded(random.Random(seed), source, 0.9))} {SHARED}") for seed in range(10)]
    strangers = [profiled(told(own(seed))) for seed in range(20, 24)]

    one = Event(first, [*pickups[:1], *strangers]).features(second)
    ten = Event(first, [*pickups, *strangers]).features(second)

    assert ten == pytest.approx(one)


def test_what_somebody_is_quoted_with_does_not_count():
    first, second = profiled(f"“{SHARED}” {told(own(1))}"), profiled(f"{told(own(2))} {SHARED}")

    assert Event(first).features(second)["unshared_of_shorter"] == 0


def pickups_of(story: str, count: int) -> list[str]:
    """Return the story as others tell it: each drops some sentences and adds its own."""
    sentences = [one for paragraph in story.split("\n\n") for one in paragraph.split(". ")]
    found = []
    for seed in range(count):
        draw = random.Random(seed)
        kept = [one for one in sentences if draw.random() < 0.6]
        others = told(words(draw, 60))
        found.append(". ".join(kept) + ". " + others)
    return found


@functools.cache
def prepared_pickups(story: str) -> list[PreparedArticle]:
    """Return a hundred, which take seconds on the Python path."""
    prepare = default_comparer().prepare
    return [prepare(Article(id=f"pickup-{n}", body=body)) for n, body in enumerate(pickups_of(story, 100))]


@pytest.mark.parametrize("count", [0, 1, 10, 100])
@pytest.mark.parametrize("first", ["story", "pickups"])
def test_a_story_that_many_took_is_found_in_the_next_one(bridge, count, first):
    comparer = default_comparer()
    stories = [comparer.prepare(Article.model_validate(bridge["wire"]))]
    pickups = prepared_pickups(bridge["wire"]["body"])[:count]
    stored = stories + pickups if first == "story" else pickups + stories
    submission = comparer.prepare(Article.model_validate(bridge["rewrite"]))

    [score] = [
        one
        for one, side in zip(comparer.score_pairs(submission, stored), stored, strict=True)
        if side.article.id == bridge["wire"]["id"]
    ]
    assert score.probability >= comparer.model.threshold
    assert decide_without_evidence(comparer, submission, stored).decision in {Decision.REWRITE, Decision.PARTIAL}


def test_an_independent_report_stays_independent_whatever_is_stored(bridge):
    comparer = default_comparer()
    wire = comparer.prepare(Article.model_validate(bridge["wire"]))
    submission = comparer.prepare(Article.model_validate(bridge["independent"]))
    for count in (0, 1, 10, 30):
        stored = [wire, *prepared_pickups(bridge["wire"]["body"])[:count]]

        assert judge(comparer, submission, stored, include_related=False, limit=10).decision is Decision.NEW


def test_a_decision_does_not_flip_back_and_forth_as_neighbours_arrive(bridge):
    """As more articles of the event arrive, a finding may be lost, but not come back."""
    comparer = default_comparer()
    submission, story = (comparer.prepare(Article.model_validate(bridge[name])) for name in ("rewrite", "wire"))
    others = [
        comparer.prepare(Article(body=f"{told(own(seed))} {bridge['independent']['body'][: 80 * seed]}"))
        for seed in range(1, 25)
    ]
    called = [
        comparer.score_pairs(submission, [story], event=comparer.event(submission, others[:count]))[0].derived
        for count in range(len(others) + 1)
    ]

    assert sum(before != after for before, after in pairwise(called)) <= 1
