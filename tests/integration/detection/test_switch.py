"""Decisions while a rebuild switches to the next generation of the index."""

from __future__ import annotations

import pytest

from wirematch.composition.components import open_detector
from wirematch.composition.rebuilding import rebuild
from wirematch.errors import ArticleNotFoundError
from wirematch.models import Article

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("without_grace")]


async def test_a_copy_that_is_not_to_be_kept_is_not_kept_under_another_number(settings, bridge):
    url = settings.redis_url or ""
    async with open_detector(url, settings) as detector:
        await detector.add(Article(**bridge["wire"]))
        delete = detector.index.delete

        async def delete_after_a_switch(article_id: str, number: int | None = None) -> bool:
            detector.index.delete = delete
            await rebuild(url, settings, None, lambda *_: None)
            return await delete(article_id, number)

        detector.index.delete = delete_after_a_switch
        receipt = await detector.add(Article(id="copy", body=bridge["wire"]["body"]), unless_duplicate=True)

        assert not receipt.stored
        with pytest.raises(ArticleNotFoundError):
            await detector.stored.get("copy")
        assert (await detector.stored.get(bridge["wire"]["id"])).id == bridge["wire"]["id"]
