"""Where nothing in a large index stands out for a short text, its candidates are looked at more closely."""

from __future__ import annotations

import random

import pytest

from support.made_up import told, words
from wirematch.composition.components import open_detector
from wirematch.detection import policy
from wirematch.models import Article, Filters

STORIES, NORWIND, SIZE = 8, 6, 28
"""Stories, how many of them are from Norwind, and words of each, two of which are in the submission."""

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def large(monkeypatch):
    """Apply the rules for a large index to a few stories."""
    monkeypatch.setattr(policy, "LARGE_INDEX", STORIES)


@pytest.fixture
def new() -> list[str]:
    return words(random.Random(1), SIZE)


@pytest.fixture
def stories(new) -> list[Article]:
    """Stories each of which has two neighbouring words of the submission, and no two the same."""
    own = words(random.Random(2), SIZE * STORIES)
    return [
        Article(
            id=f"story-{number}",
            source="Norwind" if number < NORWIND else "Eastpost",
            body=told([*own[number * SIZE :][: SIZE - 2], *new[3 * number : 3 * number + 2]]),
        )
        for number in range(STORIES)
    ]


@pytest.fixture
async def retrieved(redis_url, settings, stories):
    """Return the ids of the stories that a text would be compared with, without excerpts."""
    async with open_detector(redis_url, settings.model_copy(update={"excerpt_limit": 0})) as detector:
        await detector.add_many(stories, decide=False)

        async def retrieved(body: str) -> list[str | None]:
            return [record.article.id for record in await detector.candidates(Article(body=body), 32)]

        yield retrieved


async def test_a_short_text_is_compared_with_all_that_share_a_little(retrieved, new):
    assert await retrieved(told(new)) == [f"story-{number}" for number in range(STORIES)]


async def test_a_text_that_is_not_short_looks_as_usual(retrieved, new):
    long = [*new, *words(random.Random(3), policy.LONGEST_LOOKING_CLOSER)]

    assert len(await retrieved(told(long))) == policy.SECOND_LOOK


async def test_a_text_for_which_a_story_stands_out_looks_as_usual(redis_url, settings, stories, new):
    copied = Article(id="copied", body=told(new))
    async with open_detector(redis_url, settings.model_copy(update={"excerpt_limit": 0})) as detector:
        await detector.add_many([*stories, copied], decide=False)
        found = await detector.candidates(Article(body=told(new)), 32)

    assert [record.article.id for record in found] == ["copied", "story-0", "story-1", "story-2"]


async def test_filters_do_not_change_how_closely_a_text_looks(redis_url, settings, stories, new):
    async with open_detector(redis_url, settings.model_copy(update={"excerpt_limit": 0})) as detector:
        await detector.add_many(stories, decide=False)
        report = await detector.check(Article(body=told(new)), Filters(sources=["Norwind"]))

    assert report.index.compared == NORWIND
