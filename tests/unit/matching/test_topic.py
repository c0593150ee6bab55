from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from support.made_up import own, reworded, told
from support.profiles import RARITY, profiled
from wirematch.matching.judge import judge
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.resources import default_comparer
from wirematch.matching.topic import LEAST_STRETCH, part_of, stretches
from wirematch.models import Article

TEXTS = st.text() | st.lists(st.sampled_from(["barge", "the", "12", "said.", "“four", "dead”", "船"])).map(" ".join)


def cut(first: Profile, second: Profile) -> Pair | None:
    pair = Pair(first, second)
    found = stretches(pair)
    return None if found == (None, None) else part_of(pair, found, Event(first), RARITY)


def test_of_a_roundup_only_the_story_that_the_other_tells_is_compared():
    story = own(1)
    retold = told(reworded(random.Random(9), story, 0.6))
    roundup = "\n\n".join((told(own(2)), retold, told(own(3))))
    pair = cut(profiled(roundup), profiled(told(story)))

    kept = set(pair.submission.text.terms)
    assert kept >= set(profiled(retold).text.terms)
    assert len(kept & set(own(2) + own(3))) < 60  # of 240: a sentence on either side may stay
    assert len(pair.story) == len(profiled(told(story)))


def test_it_is_the_same_from_either_side():
    roundup, story = profiled("\n\n".join(map(told, (own(2), own(1), own(3))))), profiled(told(own(1)))
    one, other = cut(roundup, story), cut(story, roundup)

    assert np.array_equal(one.submission.text.words, other.story.text.words)


def test_a_report_with_background_of_its_own_stays_whole():
    assert cut(profiled(told(own(1) + own(2, 80))), profiled(told(own(1) + own(3, 80)))) is None


def test_texts_that_share_nothing_stay_whole():
    assert cut(profiled(told(own(1, 300))), profiled(told(own(2, 300)))) is None


def test_a_shared_line_at_the_end_is_no_part():
    footer = told(own(9, 26))
    assert cut(profiled(f"{told(own(1, 300))} {footer}"), profiled(f"{told(own(2, 300))} {footer}")) is None


@given(TEXTS, TEXTS)
def test_any_two_texts_are_cut_to_a_stretch_of_some_length_or_left_whole(one, other):
    first, second = profiled(one), profiled(other)
    pair = cut(first, second) or Pair(first, second)

    for left, whole in ((pair.submission, first), (pair.story, second)):
        assert left is whole or LEAST_STRETCH <= len(left) < len(whole)


def test_a_reworded_part_of_a_roundup_is_found(bridge):
    """The rewrite of the wire story is among reports on other things, and is reported as a part."""
    comparer = default_comparer()
    others = [told(own(seed, 160)) for seed in (5, 6)]
    roundup = Article(body="\n\n".join((others[0], bridge["rewrite"]["body"], others[1])))
    wire = comparer.prepare(Article.model_validate(bridge["wire"]))
    verdict = judge(comparer, comparer.prepare(roundup), [wire], include_related=False, limit=10)

    [match] = verdict.matches
    assert match.relation == "partial"
    [share] = [one.share for one in verdict.attribution.stories]
    part = len(bridge["rewrite"]["body"].split()) / len(roundup.body.split())
    assert abs(share - part) < 0.1
