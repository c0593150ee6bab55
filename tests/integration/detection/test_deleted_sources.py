"""An article is deleted while another one that derives from it is being put into its cluster."""

from __future__ import annotations

from typing import Any

import pytest

from support.cutting_off import article, listed
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.detection.storing import removal
from wirematch.index.keys import Namespace
from wirematch.state.clusters import ArticleClusters

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("elsewhere", [False, True], ids=["by the same process", "by another one"])
async def test_nothing_names_it_in_the_end(settings, bridge, store, monkeypatch, elsewhere):
    monkeypatch.setattr(removal, "AGAIN_SECONDS", 0.0)
    async with (
        open_detector(settings.redis_url, settings) as storing,
        open_detector(settings.redis_url, settings) as deleting,
    ):
        await storing.add(article(bridge, "wire"))
        delete_before_telling(deleting if elsewhere else storing, "wire", monkeypatch)
        await storing.add(article(bridge, "rewrite"))
        await storing.add(article(bridge, "copy"))

        await sweep(storing, deleting)

        members = store.hgetall(Namespace(settings.index).clusters.declared[0])
        assert b"wire" not in members
        assert not any(b"wire" in member for member in members.values())
        assert await listed(storing, "copy") == ["rewrite", "copy"]


async def test_another_one_of_its_id_stays_in_its_cluster(settings, bridge, monkeypatch):
    monkeypatch.setattr(removal, "AGAIN_SECONDS", 0.0)
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await detector.add(article(bridge, "rewrite"))
        await detector.delete("rewrite")
        await detector.add(article(bridge, "rewrite"))
        await sweep(detector)

        assert await listed(detector, "rewrite") == ["wire", "rewrite"]


async def sweep(*detectors: Detector) -> None:
    for detector in detectors:
        await detector.sweep(10)


def delete_before_telling(detector: Detector, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settle = ArticleClusters.settle

    async def deleted_first(clusters: ArticleClusters, *sent: Any) -> list[str | None]:
        monkeypatch.setattr(ArticleClusters, "settle", settle)
        assert await detector.remove(name)
        return await settle(clusters, *sent)

    monkeypatch.setattr(ArticleClusters, "settle", deleted_first)
