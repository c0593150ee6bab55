"""Write what one namespace stores into a backup, or continue an interrupted backup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wirematch.commands.backup.contents import Section
from wirematch.commands.backup.parts import PartWriter
from wirematch.concurrency import together
from wirematch.errors import BackupError, DamagedRecordError
from wirematch.index.fingerprint_record import Generation
from wirematch.index.rebuilding.copying import expiry_of
from wirematch.index.rebuilding.snapshot import Snapshot
from wirematch.index.records.codec import decode_article, milliseconds
from wirematch.models import StoredArticle
from wirematch.state.backup_state import BackupState

BATCH = 256
"""Articles whose earlier versions are read together."""
GONE_IN_LINE = 1_000
ArticlePlace = tuple[int, int]


class SectionWriter:
    """Writes one section. Raises IndexUnavailableError, and RebuildError if the index is rebuilt meanwhile."""

    def __init__(
        self, writer: PartWriter, backup_state: BackupState, begun: Section, progress: Callable[[str], None]
    ) -> None:
        """``begun`` is the section as far as the file has it."""
        self._writer = writer
        self._backup_state = backup_state
        self._section = begun
        self._counts: Counter[str] = begun.counts
        self._progress = progress
        self.damaged = 0
        """Records that cannot be read, and are not in the backup."""

    async def write(self, snapshot: Snapshot) -> None:
        """Write everything that is still missing."""
        batch: list[tuple[ArticlePlace, StoredArticle, int]] = []
        async for shard, number, record in snapshot.articles():
            try:
                batch.append(((shard, number), decode_article(record), expiry_of(record)))
            except DamagedRecordError:
                self.damaged += 1
            if len(batch) == BATCH:
                await self._write_articles(batch)
                batch = []
        await self._write_articles(batch)
        for shard, numbers in enumerate(snapshot.gone):
            gone = np.intersect1d(numbers, np.array(self._section.given[shard], np.uint32)).tolist()
            for first in range(0, len(gone), GONE_IN_LINE):
                self._writer.write({"gone": gone[first : first + GONE_IN_LINE], "shard": shard})
            self._section.gone |= {(shard, number) for number in gone}
        await self._write_what_is_beside()
        between = [moment.isoformat(timespec="milliseconds") for moment in (snapshot.began_at, snapshot.ended_at)]
        self._writer.write({"counted": dict(self._counts), "as_of": between})
        self._writer.end_part()

    async def _write_articles(self, batch: Sequence[tuple[ArticlePlace, StoredArticle, int]]) -> None:
        versions = await together(*(self._earlier(article) for _, article, _ in batch))
        for (place, article, expires), earlier in zip(batch, versions, strict=True):
            line: dict[str, Any] = {
                "article": article.as_submitted().model_dump(mode="json", exclude_none=True),
                "version": article.version,
                "stored": milliseconds(article.stored_at),
                "expires": expires,
                "place": place,
            }
            if article.imprint is not None:
                line["imprint"] = article.imprint.as_json()
            self._put("article", line | earlier)
            self._section.given[place[0]].append(place[1])
        self._progress(f"{self._counts['article']:,} articles")

    async def _earlier(self, article: StoredArticle) -> dict[str, Any]:
        if article.version == 1:
            return {}
        earlier, until = await self._backup_state.earlier_versions(article)
        texts = [one.model_dump(mode="json", exclude_none=True) for one in earlier]
        return {"earlier": texts, "earlier_until": until} if texts else {}

    async def _write_what_is_beside(self) -> None:
        for article_id in await self._backup_state.pending():
            self._put("untold", {"untold": article_id})
        async for member in self._backup_state.members():
            self._put("member", {"member": list(member)})
        async for article_id, kill, until in self._backup_state.kills():
            times = [time and time.isoformat() for time in (kill.version_created, kill.published_at)]
            self._put("kill", {"kill": [article_id, kill.version, *times], "until": until})
        async for judgement in self._backup_state.judgements():
            self._put("judgement", {"judgement": judgement.model_dump(mode="json", exclude_none=True)})

    def _put(self, kind: str, line: dict[str, Any]) -> None:
        self._writer.write(line)
        self._counts[kind] += 1


def check_generation(section: Section, live: Generation) -> None:
    """Raise BackupError if the generation with which a section was begun no longer exists."""
    if (section.about["generation"], section.about["shards"]) != (live.number, live.shards):
        raise BackupError("The index was rebuilt since this backup was begun. Remove the file and start again.")
