"""Upkeep of an index: its shards opened directly, and its consistency examined in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from wirematch.composition.components import IndexComponents
from wirematch.composition.from_settings import make_signer, owner_check, scheme_of
from wirematch.detection.examination.cluster_faults import ClusterExamination
from wirematch.detection.examination.index_faults import Examination, Examined, FaultKind, at_once
from wirematch.errors import WirematchError
from wirematch.index.connections.connection import Store
from wirematch.index.keys import Namespace
from wirematch.index.live_shards import LiveShards
from wirematch.settings import Settings
from wirematch.state.backup_state import BackupState
from wirematch.state.clusters import ArticleClusters

ROUND_SECONDS = 600.0
"""Seconds before the first background examination and between any two."""
FRESH_SHARE = 0.02
"""Share of the articles examined in the background that are also decided anew, which costs a hundred times as much."""
log = logging.getLogger(__name__)


async def open_shards(store: Store, namespace: Namespace, settings: Settings) -> LiveShards:
    """Open the shards of an index directly, creating it if needed.

    Raises IndexUnavailableError and IndexMismatchError.
    """
    scheme = await scheme_of(store, namespace, settings)
    signer, check_owner = make_signer(scheme), owner_check(store, namespace)
    shards = LiveShards(store, namespace, scheme, settings.bucket_cap, signer, settings.shards, check_owner)
    await shards.open()
    return shards


async def open_examination(
    components: IndexComponents,
    settings: Settings,
    *,
    fix: bool = False,
    fresh: int = 0,
    pause: Callable[[int], Awaitable[None]] = at_once,
) -> Examination:
    """Open an examination of the index for consistency. Raises IndexUnavailableError and IndexMismatchError."""
    shards = await open_shards(components.store, components.namespace, settings.model_copy(update={"shards": None}))
    clusters = ArticleClusters(components.store, components.namespace)
    examined = ClusterExamination(components.detector, clusters, BackupState(components.store, components.namespace))
    signer = make_signer(shards.scheme)  # a rebuild may have changed the scheme since ``components`` were opened
    return Examination(shards, signer, examined, fix=fix, fresh=fresh, pause=pause)


async def run_examinations(components: IndexComponents, settings: Settings, tell: Callable[[Examined], None]) -> None:
    """Examine the whole index over and over, at ``examine_rate`` articles a second, until cancelled. Repairs nothing.

    ``tell`` is called with the findings of each examination.
    """
    rate = settings.examine_rate

    async def pause(articles: int) -> None:
        await asyncio.sleep(max(articles, 1) / rate)

    while rate:
        await asyncio.sleep(ROUND_SECONDS)
        try:
            articles = (await components.detector.index.lookup(None)).documents
            fresh = round(articles * FRESH_SHARE)
            examination = await open_examination(components, settings, fresh=fresh, pause=pause)
            found = await examination.run()
        except WirematchError as error:
            log.warning("the index could not be checked: %s", error)
            continue
        tell(found)
        for kind, count in found.faults.items():
            if kind is not FaultKind.UNCLUSTERED:  # services that store without reports have many
                log.warning(
                    "%d %s in the index; 'wirematch doctor --fix' repairs what can be repaired", count, kind.value
                )
