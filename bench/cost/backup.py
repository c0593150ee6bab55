"""Backup of synthetic stories and restore into an empty server: time, size, and whether reports are equal."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.cost.in_process import store_synthetic
from bench.data.synthetic import Newsroom
from wirematch.commands.backup.command import backup
from wirematch.commands.backup.contents import read_contents
from wirematch.commands.backup.restore_command import restore
from wirematch.composition.components import open_detector
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.models import Article, Report
from wirematch.settings import Settings

BATCH = 64
DECIDED = 1_000
"""The last so many articles are decided when they are stored, so that there are clusters."""


def measure_backup(articles: int, checks: int, kept: Path | None) -> dict[str, Any]:
    """Store, back up, restore, and compare the reports of both on articles that are stored in neither.

    With the folder ``kept``, everything stays there, and an interrupted run is continued; its times are of the rest.
    """
    newsroom = Newsroom(seed=30)
    asked = [made.article for made in newsroom.make(articles, checks)]
    figures: dict[str, Any] = {"articles": articles}
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirematch-bench-")))
        file = folder / "backup.ndjson.zst"
        with EmbeddedStore(folder / "original") as store:
            settings = Settings(redis_url=store.url)
            if not _is_whole(file):
                _store(settings, newsroom, articles)
                figures["backup"] = _timed(lambda: backup(file, [], settings, everybody=False, as_json=True))
            before = asyncio.run(_reports(settings, asked))
        with EmbeddedStore(folder / "restored") as store:
            settings = Settings(redis_url=store.url)
            figures["restore"] = _timed(lambda: restore(file, [], settings, check=False, as_json=True))
            after = asyncio.run(_reports(settings, asked))
        figures["bytes_an_article"] = round(file.stat().st_size / articles, 1)
    figures["checks"] = {
        "asked": checks,
        "with_matches": sum(bool(one["matches"]) for one in before),
        "equal": sum(one == other for one, other in zip(before, after, strict=True)),
    }
    return figures


def _is_whole(file: Path) -> bool:
    return file.exists() and read_contents(file)[0].ended


def _store(settings: Settings, newsroom: Newsroom, articles: int) -> None:
    """Store the articles that are missing; the last ones are decided."""
    plain = articles - min(DECIDED, articles // 2)
    stored = asyncio.run(_stored(settings))
    if stored < plain:
        asyncio.run(store_synthetic(settings.redis_url or "", newsroom, plain, stored))
    rest = max(plain, stored)
    asyncio.run(_add(settings, [one.article for one in newsroom.make(rest, articles - rest)]))


async def _stored(settings: Settings) -> int:
    async with open_detector(settings.redis_url or "", settings) as detector:
        return (await detector.index.lookup(None)).documents


def _timed(command: Any) -> dict[str, Any]:
    """Return what a command prints as JSON, and its duration."""
    said, began = io.StringIO(), time.perf_counter()
    with contextlib.redirect_stdout(said):
        command()
    return {"seconds": round(time.perf_counter() - began, 1), **json.loads(said.getvalue())["sections"][0]}


async def _add(settings: Settings, articles: Sequence[Article]) -> None:
    async with open_detector(settings.redis_url or "", settings) as detector:
        for first in range(0, len(articles), BATCH):
            for added in await detector.add_many(articles[first : first + BATCH]):
                if isinstance(added, Exception):
                    raise added


async def _reports(settings: Settings, articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Return the reports without their durations."""
    async with open_detector(settings.redis_url or "", settings) as detector:
        reports: list[Report] = [await detector.check(article) for article in articles]
    return [report.model_dump(mode="json", exclude={"took_ms"}) for report in reports]
