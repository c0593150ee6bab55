"""The page of sources: which story contributed how much, and which words."""

from __future__ import annotations

import pytest

from support.reported import article
from wirematch.presentation.pages.attribution_view import view_attribution


def test_contributors_are_listed_by_share_and_words_keep_their_story(roundup):
    turned = roundup.model_copy(
        update={
            "attribution": roundup.attribution.model_copy(
                update={"stories": list(reversed(roundup.attribution.stories))}
            )
        }
    )
    view = view_attribution(article("half-year-roundup"), turned, "/c")
    shares = [one.share for one in view.contributors]

    assert shares == sorted(shares, reverse=True)
    assert [one.number for one in view.contributors] == list(range(1, len(shares) + 1))
    assert view == view_attribution(article("half-year-roundup"), roundup, "/c")


def test_each_story_has_its_part_of_the_bar_and_of_the_text(roundup):
    view = view_attribution(article("half-year-roundup"), roundup, "/c")
    shown = {one.number for part in view.text for one in part if one.number}

    assert len(view.contributors) == len(roundup.attribution.stories) >= 3
    assert shown == {contributor.number for contributor in view.contributors}
    for before, after in zip(view.contributors, view.contributors[1:], strict=False):
        assert after.x == pytest.approx(before.x + before.width)
    letters = sum(len(one.text) for part in view.text for one in part if one.number)
    share = letters / sum(len(one.text) for part in view.text for one in part)
    assert share == pytest.approx(1 - view.original, abs=0.08)
