"""Articles whose process ends between storing them and updating their clusters."""

from __future__ import annotations

import pytest

from wirematch.composition.components import open_detector
from wirematch.detection.clustering import Clustering
from wirematch.detection.detector import Detector
from wirematch.models import Article


class Died(BaseException):
    """Like a kill, no code handles it."""


async def dies(*_, **__):
    raise Died


def article(story: dict, version: str, article_id: str | None = None, **fields: str) -> Article:
    given = {name: value for name, value in story[version].items() if name != "published_at"}
    return Article.model_validate(given | {"id": article_id or version} | fields)


async def cut_off(settings, monkeypatch, *articles: Article, put: bool = False) -> None:
    """Store articles in a process that then dies."""
    with monkeypatch.context() as patched:
        patched.setattr(Clustering, "join", dies)
        async with open_detector(settings.redis_url, settings) as detector:
            for one in articles:
                with pytest.raises(Died):
                    await (detector.put(one) if put else detector.add(one))


async def listed(detector: Detector, article_id: str) -> list[str]:
    page = await detector.stored.cluster(article_id, 0, 100)
    return [member.id for member in page.members]
