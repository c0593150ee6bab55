"""Pairs of texts of which at least one is read in translation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.comparing import side
from wirematch.matching.resources import default_comparer
from wirematch.matching.translated.pairs import (
    NAMES,
    default_translated_model,
    heaviest_rise,
    measure_translated,
    score_translated,
)

STORY = json.loads((Path(__file__).parents[3] / "stories" / "translated.json").read_text(encoding="utf-8"))
OTHER = (
    "The central bank raised its interest rate by a quarter of a point on Thursday. Governor Simona Hale said "
    "inflation was too high. Economists had expected no change. The currency rose by one percent against the euro."
)
INDEPENDENT = (
    "Lena Hart was eating soup when the ferry stopped. 'There was a bang and the lights went out,' she said on "
    "Wednesday in Port Ellery, wrapped in a blanket. Her children thought that it was a game. Volunteers brought tea "
    "and dry clothes. The Sea Heron, thirty years old, had been late all summer, fishermen told this newspaper."
)


def score(text: str, story: str):
    [found] = score_translated(default_comparer(), side(text), [side(story)])
    return found


@pytest.mark.parametrize("separator", [" ", "\n", "\n\n"])
def test_a_translation_is_derived(separator):
    found = score(separator.join(STORY["rendered"]), " ".join(STORY["en"]))
    assert found.derived
    assert found.pairs.coverage > 0.9
    assert found.pairs.turned().coverage > 0.9


def test_half_of_it_among_another_story_is_derived_by_half():
    found = score(" ".join([*STORY["rendered"][:4], OTHER]), " ".join(STORY["en"]))
    assert found.derived
    assert 0.3 < found.pairs.coverage < 0.7


@pytest.mark.parametrize("text", [OTHER, INDEPENDENT])
def test_what_somebody_else_wrote_is_not(text):
    found = score(text, " ".join(STORY["en"]))
    assert found is None or not found.derived


def test_a_text_without_words_derives_from_nothing():
    found = score("12 … 34", " ".join(STORY["en"]))
    assert found is None or not found.derived


def test_the_shorter_the_text_the_surer_it_must_be():
    model = default_translated_model()
    bars = [model.bar(words) for words in (0, 120, 160, 199, 200, 900)]
    assert bars[0] == bars[1] == 0.85
    assert bars[4] == bars[5] == model.threshold
    assert sorted(bars, reverse=True) == bars
    assert bars[2] == pytest.approx((bars[1] + bars[4]) / 2)


def test_what_is_counted_of_two_texts():
    """Two of four sentences are in the middle of another text, one of them much longer there."""
    mine = side("Divers inspected the hull of the ferry. The union called a strike.")
    theirs = side(
        "Divers inspected the hull of the ferry. Nobody had expected snow in April, and many trees lost branches. "
        "The union called a strike, which was to begin at six in the morning at all gates of the yard and last a week."
    )
    [score] = default_comparer().score_pairs_alone(mine, [theirs])
    measured = measure_translated(mine.profile, theirs.profile, score)
    found = dict(zip(NAMES, measured.features, strict=True))
    assert np.expm1(found["pairs"]) == pytest.approx(2)
    assert (found["density"], measured.share, measured.words) == (1, 1, 12)
    assert 0.5 < found["both"] < 0.9
    assert found["stretch"] > 0.4
    same = measure_translated(mine.profile, mine.profile, score)
    assert dict(zip(NAMES, same.features, strict=True))["stretch"] < 0.15
    assert dict(zip(NAMES, same.features, strict=True))["both"] == 1


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0.1, 9)), max_size=9))
def test_no_rise_is_heavier(rows):
    places, weights = np.array([place for place, _ in rows], np.intp), np.array([weight for _, weight in rows])
    kept = heaviest_rise(places, weights)
    assert (np.diff(places[kept]) > 0).all()
    assert weights[kept].sum() == pytest.approx(_heaviest(rows))


def _heaviest(rows, after=-1) -> float:
    """Brute force."""
    best = 0.0
    for number, (place, weight) in enumerate(rows):
        if place > after:
            best = max(best, weight + _heaviest(rows[number + 1 :], place))
    return best
