"""Store the contents of a section of a backup, in its order, with its versions and times.

What is stored already stays as it is, so an interrupted restore continues when the command is repeated.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import NamedTuple

from wirematch.commands.backup.contents import BackupLine, Section
from wirematch.concurrency import end, together
from wirematch.detection.documents.versions import older, outdates, version_of
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.addressing import shard_of
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.draft import BATCH, Draft, storable_parts
from wirematch.index.live_shards import LiveShards
from wirematch.index.protocol import Placement
from wirematch.index.rebuilding.copying import draft_of
from wirematch.index.records.codec import TIMES
from wirematch.index.shard import Shard
from wirematch.models import StoredArticle
from wirematch.models.imprint import Imprint
from wirematch.state.backup_state import BackupState
from wirematch.state.clusters import ArticleClusters, KeptMembership
from wirematch.state.earlier_versions import EarlierVersion
from wirematch.state.judgements import Judgement
from wirematch.state.withdrawals import Kill

LOT = 4 * BATCH
"""Articles that are prepared while those before them are stored."""


@dataclass(slots=True)
class Restored:
    """The outcome for the lines of a section."""

    stored: int = 0
    there: int = 0
    """Articles whose id was taken, by the same articles if a restore is repeated. They stay as they are."""
    withdrawn: int = 0
    """Articles that were withdrawn since the backup. They are not restored."""
    expired: int = 0
    earlier_versions: int = 0
    to_decide: int = 0
    """Articles that may be in no cluster yet; the next sweep decides them."""
    members: int = 0
    kills: int = 0
    judgements: int = 0


class Restore:
    """Restores one section into one namespace. Raises IndexUnavailableError, and IndexFullError if there is no room."""

    def __init__(
        self,
        shards: LiveShards,
        scheme: FingerprintScheme,
        backup_state: BackupState,
        clusters: ArticleClusters,
        progress: Callable[[str], None],
    ) -> None:
        self._shards = shards
        self._scheme = scheme
        self._backup_state = backup_state
        self._clusters = clusters
        self._progress = progress
        self.done = Restored()

    async def run(self, section: Section, lines: Iterable[BackupLine]) -> None:
        """Store all ``lines`` of the section."""
        waiting: asyncio.Task[list[_DraftOfLine]] | None = None
        members: list[KeptMembership] = []
        pending: list[str] = []
        try:
            for kind, lot in _lots(lines, section.gone):
                prepared = asyncio.create_task(self._prepare(lot, section)) if kind == "article" else None
                before, waiting = waiting, prepared
                if before is not None:
                    await self._store(await before)
                if kind == "member":
                    members += [KeptMembership(*line["member"]) for line in lot]
                elif kind == "untold":
                    pending += [line["untold"] for line in lot]
                elif kind != "article":
                    await self._put_beside(lot)
            if waiting is not None:
                await self._store(await waiting)
        finally:
            if waiting is not None:
                await end([waiting])
        await self._put_members(members)
        await self._backup_state.put_pending(pending)
        self.done.to_decide = len(pending)

    async def _prepare(self, lot: Sequence[BackupLine], section: Section) -> list[_DraftOfLine]:
        there = await self._stored_at([line["article"]["id"] for line in lot])
        now = round(time.time() * 1000)
        wanted = [line for line in lot if line["article"]["id"] not in there]
        alive = [line for line in wanted if not 0 < line["expires"] <= now]
        self.done.there += len(lot) - len(wanted)
        self.done.expired += len(wanted) - len(alive)
        kills = await self._backup_state.kills_of([line["article"]["id"] for line in alive])
        known = zip(alive, kills, strict=True)
        left = [line for line, kill in known if kill is None or not _taken_back(line, kill, section)]
        self.done.withdrawn += len(alive) - len(left)
        return await asyncio.to_thread(lambda: [_DraftOfLine(line, self._draft(line)) for line in left])

    def _draft(self, line: BackupLine) -> Draft:
        article = _article(line)
        if "imprint" in line:
            article = article.with_imprint(Imprint.of_json(line["imprint"]))
        return draft_of(article, line["expires"], self._scheme)

    async def _store(self, prepared: Sequence[_DraftOfLine]) -> None:
        """Store articles, their earlier versions first, because a repeated restore skips existing articles."""
        for one in prepared:
            if earlier := one.line.get("earlier"):
                self.done.earlier_versions += await self._backup_state.put_earlier_versions(
                    one.draft.article,
                    [EarlierVersion.model_validate(version) for version in earlier],
                    one.line["earlier_until"],
                )

        async def put_all() -> int:
            by_home: dict[int, list[Draft]] = defaultdict(list)
            for one in prepared:
                by_home[shard_of(one.draft.article.id or "", self._shards.count)].append(one.draft)
            return sum(await together(*(_put(self._shards.shard(home), by_home[home]) for home in by_home)))

        with translated_errors():
            stored = await self._shards.retried(put_all)
        self.done.stored += stored
        self.done.there += len(prepared) - stored
        self._progress(f"{self.done.stored + self.done.there:,} articles")

    async def _stored_at(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the times of storing (ms since 1970) of those that are stored."""

        async def read() -> dict[str, int]:
            by_home: dict[int, list[str]] = defaultdict(list)
            for one in ids:
                by_home[shard_of(one, self._shards.count)].append(one)
            lots = [
                (home, ours[first : first + BATCH])
                for home, ours in by_home.items()
                for first in range(0, len(ours), BATCH)
            ]
            found = await together(*(self._shards.shard(home).records.get_encoded(lot) for home, lot in lots))
            return {
                one: TIMES.unpack_from(record)[1]
                for (_, lot), records in zip(lots, found, strict=True)
                for one, record in zip(lot, records, strict=True)
                if record is not None
            }

        with translated_errors():
            return await self._shards.retried(read)

    async def _put_beside(self, lot: Sequence[BackupLine]) -> None:
        for line in lot:
            if "kill" in line:
                article_id, *kill = line["kill"]
                self.done.kills += await self._backup_state.put_kill(article_id, _kill(kill), line["until"], older)
            elif "judgement" in line:
                judgement = Judgement.model_validate(line["judgement"])
                self.done.judgements += await self._backup_state.put_judgement(judgement)

    async def _put_members(self, members: Sequence[KeptMembership]) -> None:
        """Store members.

        Those not stored, or stored at another time, leave: the earliest of the others is the original.
        """
        self.done.members = await self._backup_state.put_members(members)
        for first in range(0, len(members), LOT):
            lot = members[first : first + LOT]
            there = await self._stored_at([one.id for one in lot])
            await self._clusters.leave([one.id for one in lot if there.get(one.id) != one.stored])


class _DraftOfLine(NamedTuple):
    line: BackupLine
    draft: Draft


def _article(line: BackupLine) -> StoredArticle:
    stored_at = datetime.fromtimestamp(line["stored"] / 1000, UTC)
    return StoredArticle.model_validate(line["article"] | {"version": line["version"], "stored_at": stored_at})


def _taken_back(line: BackupLine, kill: Kill, section: Section) -> bool:
    """Whether an article was withdrawn since the backup.

    One that was stored again after a kill is in the backup with that kill.
    """
    known = section.kills.get(line["article"]["id"])
    return (known is None or _kill(known) != kill) and not outdates(version_of(_article(line)), kill)


def _kill(written: Sequence[str | None]) -> Kill:
    version, *times = written
    return Kill(version, *(None if moment is None else datetime.fromisoformat(moment) for moment in times))


async def _put(shard: Shard, drafts: Sequence[Draft]) -> int:
    """Store articles in order; return how many were not there."""
    stored = 0
    for part in storable_parts(drafts):
        answers = await shard.put("create", drafts[part])
        stored += sum(isinstance(answer, Placement) for answer in answers)
    return stored


def _lots(lines: Iterable[BackupLine], gone: set[tuple[int, int]]) -> Iterator[tuple[str, list[BackupLine]]]:
    """Group lines of one kind, as many as are processed at once, without articles that are gone."""
    present = (line for line in lines if "place" not in line or tuple(line["place"]) not in gone)
    for kind, ours in groupby(present, lambda line: next(iter(line))):
        while lot := list(islice(ours, LOT)):
            yield kind, lot
