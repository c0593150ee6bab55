"""Articles that were decided while a part of the index did not answer are decided again once it does."""

from __future__ import annotations

import pytest

from support.cutting_off import article, listed
from support.partial_index import without_answers
from wirematch.composition.components import open_detector

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("put", [False, True])
async def test_what_was_missing_puts_them_where_they_belong(settings, bridge, monkeypatch, make_due, noted, put):
    """With all that joined through them."""
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await detector.add(article(bridge, "rewrite"))
        copy = article(bridge, "copy")
        with monkeypatch.context() as patched:
            without_answers(patched, lambda name: name != "nobody")
            await (detector.put(copy) if put else detector.add(copy))
        await detector.add(article(bridge, "copy", "copy-of-copy"))
        await detector.afterwards.finish()
        assert noted() == {b"copy"}
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "rewrite", "copy", "copy-of-copy"]
        assert noted() == set()


async def test_as_long_as_it_does_not_answer_they_wait(settings, bridge, monkeypatch, make_due, noted, caplog):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        with monkeypatch.context() as patched:
            without_answers(patched, lambda _: True)
            await detector.add(article(bridge, "copy"))
            make_due()
            assert await detector.sweep(10) == 0
            assert "retried later: A part of the index does not answer." in caplog.text
        assert noted() == {b"copy"}
        assert await listed(detector, "wire") == ["wire"]
