"""Whatever a story was prepared for, its skeleton is kept beside it, behind the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from wirematch.composition.parts import open_detector
from wirematch.detection.detector import Detector
from wirematch.models import Article, Kind
from wirematch.text.prepare import prepare
from wirematch.text.skeleton import skeleton_of

STORY = """PORT MARLOWE (Norwind) - The barge drifted into the bridge before dawn, and four of the people on it died.

The ferry has been stopped since Tuesday, and the port authority said that it would be for weeks.

Divers looked for the anchor in the afternoon and found it in the mud below the second pier of the bridge."""
REWRITE = STORY.replace("four of the people", "four people") + "\n\nThe bridge was closed to all traffic in the night."

Asking = Callable[[Detector, Article], Awaitable[Any]]


async def check(detector: Detector, article: Article) -> None:
    await detector.check(article)


async def add(detector: Detector, article: Article) -> None:
    await detector.add(article)


async def replace(detector: Detector, article: Article) -> None:
    await detector.add_many([article.model_copy(update={"body": "Something else stood here at first."})], look=False)
    await detector.put(article)


@pytest.mark.anyio
@pytest.mark.parametrize("ask", [check, add, replace])
async def test_a_skeleton_is_kept_after_the_answer(redis_url, settings, ask: Asking):
    async with open_detector(redis_url, settings) as detector:
        await detector.add_many([Article(id="story", body=STORY, kind=Kind.WIRE)], look=False)
        [before] = await detector.candidates(Article(body=STORY), 1)
        await ask(detector, Article(id="rewrite", body=REWRITE, kind=Kind.ARTICLE))
        await detector.afterwards.finish()
        after = {record.id: record for record in await detector.candidates(Article(body=STORY), 2)}["story"]

    assert before.skeleton is None
    assert after.skeleton == skeleton_of(prepare(STORY), undisguised=True)
