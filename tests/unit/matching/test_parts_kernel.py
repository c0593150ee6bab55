"""The parts found and measured by the compiled kernels equal those of the Python path, to the last bit."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.made_up import reworded, told, words
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.features import FeatureColumns
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.parts import DoubtfulPair, find_parts, find_parts_in_python
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.text.prepare import prepare

pytestmark = needs_kernels

RARITY = Rarity(1_000, {"said": 500})
COLUMNS = FeatureColumns()
MADE_UP = [words(random.Random(seed), 90) for seed in range(5)]
PIECES = [
    *map(told, MADE_UP),
    *(told(reworded(random.Random(9), one, 0.6)) for one in MADE_UP),
    *(f"“{told(one[:50])}”" for one in MADE_UP[:2]),
    *(told(one[30:50]) for one in MADE_UP),
    "Harbour (Norwind) - The barge sank.",
    "Die Fähre liegt am Kai und der Hafen ist seit Dienstag gesperrt. " * 5,
]
texts = st.lists(st.sampled_from(PIECES), max_size=6).map("\n\n".join)


def doubtful_of(bodies: Sequence[str]) -> list[DoubtfulPair]:
    """Pair the first with each other one, in the event of all but the last."""
    submission, *others = (profile(prepare(body), RARITY) for body in bodies)
    event = Event(submission, others[:-1])
    pairs = zip(others, event.pairs(others), strict=True)
    return [DoubtfulPair(Pair(submission, one), event, in_event) for one, in_event in pairs]


@given(st.lists(texts, min_size=2, max_size=6))
def test_parts_are_those_that_python_finds(bodies):
    doubtful = doubtful_of(bodies)
    found, expected = (how(doubtful, COLUMNS, RARITY) for how in (find_parts, find_parts_in_python))

    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert (one.stretches, one.bounds) == (other.stretches, other.bounds)
            assert one.features.tolist() == other.features.tolist()


def test_parts_of_composites_are_measured_and_formulas_are_not():
    """The made-up texts above cover each outcome: no stretch, a common one, and a row of them."""
    formula = told(MADE_UP[0][:45])
    composite = "\n\n".join((told(MADE_UP[2]), told(MADE_UP[3]), formula))
    stories = [f"{told(words(random.Random(seed), 120))}\n\n{formula}" for seed in range(20, 26)]
    found = find_parts(doubtful_of([composite, told(MADE_UP[4]), *stories, told(MADE_UP[3])]), COLUMNS, RARITY)

    assert found[0] is None
    assert found[1:-1] == [None] * len(stories)
    assert found[-1] is not None
    assert found[-1].features[0] > 0.5


def test_an_event_of_another_text_is_refused():
    """Its table may be too short for the phrases that would be looked up in it."""
    [doubtful] = doubtful_of([PIECES[0], PIECES[1]])
    [other] = doubtful_of([PIECES[2], PIECES[1]])
    with pytest.raises(ValueError, match="another text"):
        find_parts([DoubtfulPair(doubtful.pair, other.event, doubtful.in_event)], COLUMNS, RARITY)
