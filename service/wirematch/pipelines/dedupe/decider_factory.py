"""Open the decider of a run on the index chosen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from wirematch.composition.collector import collect_seldom
from wirematch.composition.components import open_detector
from wirematch.errors import IndexFullError, IndexUnavailableError, InvalidSettingError
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.pipelines.dedupe.checkpoint import INDEX_FOLDER, RowIds
from wirematch.pipelines.dedupe.decider import Decider, DetectorDecider
from wirematch.pipelines.dedupe.input_files import printable
from wirematch.pipelines.dedupe.options import DedupePlan, IndexChoice
from wirematch.pipelines.dedupe.row_decider import RowDecider
from wirematch.pipelines.dedupe.service_decider import ServiceDecider
from wirematch.settings import Settings
from wirematch_client import AsyncClient, ClientError

COMPARE_LIMIT_FOR_COPIES = 8
"""Stories compared with each row if only copies are dropped. A copy shares so many buckets with its original that this
one ranks among the first, and comparing takes most of the time."""
NO_ROOM = (
    "There is no room for the run's index, which needs disk space in {folder} and memory for all texts. Make room, and "
    "repeat the command."
)


class NoRoomError(InvalidSettingError):
    """There is no room for an index that the run keeps itself."""


@asynccontextmanager
async def open_row_decider(plan: DedupePlan, index: IndexChoice, folder: Path, run: str) -> AsyncIterator[RowDecider]:
    """Open the decider of the run named ``run``; ``folder`` has the run's files, including a temporary index.

    Raises IndexUnavailableError or IndexMismatchError if the index cannot be used, NoRoomError if it cannot grow.
    """
    decider = _service(plan, index.url) if index.url is not None else _detector(plan, index, folder)
    async with decider as opened:
        yield RowDecider(opened, run, None if index.private else RowIds(folder))


@asynccontextmanager
async def _service(plan: DedupePlan, url: str) -> AsyncIterator[Decider]:
    async with AsyncClient(url) as client:
        try:
            await client.ensure_ready()
        except ClientError as error:
            reason = str(error).removesuffix(".")
            raise IndexUnavailableError(f"The service at {url} does not answer, or is not ready: {reason}.") from None
        yield ServiceDecider(client, unless_duplicate=plan.drop is not None)


@asynccontextmanager
async def _detector(plan: DedupePlan, index: IndexChoice, folder: Path) -> AsyncIterator[Decider]:
    settings = _settings(plan, index, folder)
    with ExitStack() as stack:
        address = settings.redis_url or stack.enter_context(EmbeddedStore(settings.data_dir)).url
        async with open_detector(address, settings) as detector:
            collect_seldom()
            explain = plan.annotate or plan.keep_first
            try:
                yield DetectorDecider(detector, unless_duplicate=plan.drop is not None, explain=explain)
            except IndexFullError as error:
                if settings.redis_url is not None:
                    raise
                # Whoever gave no Redis does not know that there is one, or where it writes.
                raise NoRoomError(NO_ROOM.format(folder=printable(str(settings.data_dir)))) from error


def _settings(plan: DedupePlan, index: IndexChoice, folder: Path) -> Settings:
    # The environment may name a service's index; a private one has its own name.
    named = ("own", None) if index.private else index.named
    name = {} if named is None else {"index": named[0], "tenant": named[1]}
    settings = Settings.read(data_dir=index.data_dir or folder / INDEX_FOLDER, redis_url=index.redis_url, **name)
    if index.private:  # no process would remain to send what the outbox holds
        settings = settings.model_copy(update={"webhook_url": None})
    if plan.drop == "duplicate" and not plan.annotate:
        limit = min(settings.compare_limit, COMPARE_LIMIT_FOR_COPIES)
        settings = settings.model_copy(update={"compare_limit": limit, "excerpt_limit": 0})
    return settings
