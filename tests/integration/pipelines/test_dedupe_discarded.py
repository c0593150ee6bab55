"""What a run stored is removed from an index that others use, and nothing that others have put in its place."""

from __future__ import annotations

import pytest

from wirematch.composition.components import open_detector
from wirematch.models import Article
from wirematch.pipelines.dedupe.decider import DetectorDecider

pytestmark = pytest.mark.anyio
OURS = Article(id="quay", body="The harbour board closed the old timber quay on Monday.", metadata={"dedupe": "run:0"})
THEIRS = Article(id="quay", body="The harbour board opened the old timber quay again on Friday.")


async def test_an_article_that_is_replaced_between_reading_and_removing_stays(redis_url, settings):
    async with open_detector(redis_url, settings) as detector:
        decider = DetectorDecider(detector, unless_duplicate=True, explain=False)
        await detector.add(OURS, report=False)
        read = detector.index.get

        async def replaced_behind_it(article_id: str):
            found = await read(article_id)
            await detector.remove(article_id)
            await detector.add(THEIRS, report=False)
            return found

        detector.index.get = replaced_behind_it
        await decider.remove("quay", lambda stored: stored.metadata == OURS.metadata)
        detector.index.get = read

        kept = await decider.stored("quay")
        assert kept is not None
        assert kept.body == THEIRS.body
        await decider.remove("quay", lambda _: True)
        await decider.remove("quay", lambda _: True)
        assert await decider.stored("quay") is None
