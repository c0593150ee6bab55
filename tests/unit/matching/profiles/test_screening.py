from __future__ import annotations

import pytest

from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.screening import WORTH_MEASURING, similarity
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.resources import default_comparer
from wirematch.text.prepare import prepare


def read(text: str) -> Profile:
    return profile(prepare(text), default_comparer().rarity)


def alike(submission: Profile, *stories: Profile) -> list[float]:
    return similarity(submission.outline, [story.outline for story in stories]).tolist()


def test_a_text_is_as_like_itself_as_can_be(story):
    text = read(story["wire"]["body"])

    assert alike(text, text) == [pytest.approx(2)]


def test_a_rewrite_is_worth_measuring_and_other_stories_are_not(stories):
    wires = [read(story["wire"]["body"]) for story in stories.values()]

    for number, story in enumerate(stories.values()):
        found = alike(read(story["rewrite"]["body"]), *wires)
        assert [value >= WORTH_MEASURING for value in found] == [other == number for other in range(len(wires))]


def test_an_excerpt_in_a_long_article_is_worth_measuring(story):
    assert alike(read(story["excerpt"]["body"]), read(story["wire"]["body"]))[0] >= WORTH_MEASURING


def test_many_stories_are_screened_as_each_by_itself(stories):
    submission = read(stories["harbour-bridge"]["rewrite"]["body"])
    others = [read(""), *(read(story[kind]["body"]) for story in stories.values() for kind in ("wire", "independent"))]

    together = alike(submission, *others)

    assert together == pytest.approx([alike(submission, other)[0] for other in others])


def test_either_text_may_be_the_submission(bridge):
    one, other = read(bridge["wire"]["body"]), read(bridge["rewrite"]["body"])

    assert alike(one, other)[0] == pytest.approx(alike(other, one)[0], abs=0.02)


def test_nothing_speaks_against_a_text_without_content_words():
    assert alike(read("It was not there before."), read("Nor was it here after."), read(""))[0] == 2
    assert alike(read("A barge hit a bridge.")) == []
