"""A few reworded sentences among others: found by themselves, unless what the two share is common."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping
from typing import Any

import pytest

from support.made_up import reworded, told, words
from support.profiles import profiled
from wirematch.matching.judge import judge
from wirematch.matching.neighbours.event import Event
from wirematch.matching.resources import default_comparer
from wirematch.models import Article

Stories = Mapping[str, Mapping[str, Any]]


def own(seed: int, count: int = 120) -> str:
    return told(words(random.Random(seed), count))


FORMULA = own(0, 42)


def test_a_formula_that_the_series_has_is_shared_with_others_though_it_is_a_third_of_the_part():
    part = f"{FORMULA} {own(1, 28)}"
    submission, story = profiled(own(2, 200), part), profiled(own(3, 200), FORMULA)
    series = [profiled(own(seed, 200), FORMULA) for seed in range(10, 16)]

    features, shared_with_others = Event(submission, series).of_parts(story, profiled(part), story)

    assert shared_with_others > 0.9
    assert features[0, 0] < 0.05
    assert features[0, 1] == pytest.approx(math.log1p(6))


def test_what_nobody_else_has_is_the_pairs_own():
    part, story = profiled(FORMULA), profiled(own(3, 200), FORMULA)
    strangers = [profiled(own(seed, 200)) for seed in range(10, 16)]

    features, shared_with_others = Event(profiled(own(2, 200), FORMULA), strangers).of_parts(story, part, story)

    assert shared_with_others == 0
    assert features[0].tolist() == pytest.approx([1, math.log1p(6)])


def test_pickups_of_the_story_make_no_part_shared_with_others():
    told_there = words(random.Random(3), 160)
    story = profiled(told(told_there))
    pickups = [profiled(told(reworded(random.Random(seed), told_there, 0.9))) for seed in range(10, 16)]
    part = told(told_there[:56])

    _, shared_with_others = Event(profiled(own(2, 200), part), pickups).of_parts(story, profiled(part), story)

    assert shared_with_others == 0


def test_what_somebody_is_quoted_with_is_nothing_of_a_reporters_own():
    quoted = f"“{FORMULA}”"
    story = profiled(own(3, 200), quoted)

    _, shared_with_others = Event(profiled(own(2, 200), quoted)).of_parts(story, profiled(quoted), story)

    assert shared_with_others is None


def sentences(body: str) -> list[str]:
    return re.split(r"(?<=[a-z]\.)\s+", body)


def share_of_parts_found(stories: Stories, kind: str) -> float:
    """Return the share of triples of sentences, from one kind of article and among twenty others, that are parts."""
    comparer, found = default_comparer(), []
    for name, story in stories.items():
        others = [sentences(other["independent"]["body"]) for key, other in stories.items() if key != name]
        around = [sentence for other in others for sentence in other]
        wire = comparer.prepare(Article.model_validate(story["wire"]))
        told_here = sentences(story[kind]["body"])
        for start in range(1, len(told_here) - 2):
            body = " ".join(around[:14]), " ".join(told_here[start : start + 3]), " ".join(around[14:20])
            article = comparer.prepare(Article(body="\n\n".join(body)))
            verdict = judge(comparer, article, [wire], include_related=False, limit=1)
            found.append(bool(verdict.matches))
            assert all(match.relation == "partial" for match in verdict.matches)
    return sum(found) / len(found)


def test_three_reworded_sentences_of_an_article_are_a_part_mostly(stories):
    assert share_of_parts_found(stories, "rewrite") > 0.5


def test_three_sentences_of_another_reporter_are_not(stories):
    assert share_of_parts_found(stories, "independent") == 0
