"""Open the decider of a run on the index chosen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from wirematch.composition.collector import collect_seldom
from wirematch.composition.components import open_components
from wirematch.composition.phase import tell_unfinished
from wirematch.errors import IndexFullError, IndexUnavailableError, InvalidSettingError
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.pipelines.dedupe.checkpoint import INDEX_FOLDER, RowIds, RunState
from wirematch.pipelines.dedupe.decider import Decider, DetectorDecider
from wirematch.pipelines.dedupe.input_files import printable
from wirematch.pipelines.dedupe.options import DedupePlan, IndexChoice
from wirematch.pipelines.dedupe.row_decider import RowDecider
from wirematch.pipelines.dedupe.service_decider import ServiceDecider
from wirematch.presentation.console import Screen
from wirematch.settings import Settings
from wirematch_client import AsyncClient, ClientError, InvalidRequestError

COMPARE_LIMIT_FOR_COPIES = 8
"""Stories compared with each row if only copies are dropped. A copy shares so many buckets with its original that this
one ranks among the first, and comparing takes most of the time."""
NO_ROOM = (
    "There is no room for the run's index, which needs disk space in {folder} and memory for all texts. Make room, and "
    "repeat the command."
)


INCOMPLETE = (
    "note: an import into the index of the service at {url} runs, or was cut: articles are missing there, and rows "
    "that copy them are kept as new. On the service's machine, 'wirematch doctor' tells more."
)
OTHER_TENANT = (
    "The interrupted run stored its rows for {stored}, and WIREMATCH_KEY is a key of {given}, who has other articles. "
    "Give a key of {stored}, also with --restart, which removes there what that run stored; or name another output."
)
UNKNOWN = ""
"""In place of a tenant: of a run or a service of an earlier release, or of a key that may not ask."""
NO_VALID_KEY = 401


class NoRoomError(InvalidSettingError):
    """There is no room for an index that the run keeps itself."""


@asynccontextmanager
async def open_row_decider(
    plan: DedupePlan, index: IndexChoice, folder: Path, state: RunState
) -> AsyncIterator[RowDecider]:
    """Open the decider of a run; ``folder`` has the run's files, including a temporary index.

    What may be missing in an index that others use is told. Raises IndexUnavailableError or IndexMismatchError if the
    index cannot be used, NoRoomError if it cannot grow, and InvalidSettingError if the run stored its rows for another
    tenant than that of the key; ``state`` then has the tenant.
    """
    decider = _service(plan, index.url, state) if index.url is not None else _detector(plan, index, folder)
    async with decider as opened:
        yield RowDecider(opened, state.run, None if index.private else RowIds(folder))


@asynccontextmanager
async def _service(plan: DedupePlan, url: str, state: RunState) -> AsyncIterator[Decider]:
    try:
        client = AsyncClient(url)
    except ClientError as error:
        raise IndexUnavailableError(str(error)) from None
    async with client:
        try:
            if (await client.ensure_ready()).incomplete:
                Screen.on_standard_error().print_line(INCOMPLETE.format(url=printable(url)))
            tenant = await _tenant_of_key(client)
        except ClientError as error:
            reason = str(error).removesuffix(".")
            raise IndexUnavailableError(f"The service at {url} does not answer, or is not ready: {reason}.") from None
        if UNKNOWN not in {state.tenant, tenant} and tenant != state.tenant:
            raise InvalidSettingError(OTHER_TENANT.format(stored=_named(state.tenant), given=_named(tenant)))
        if tenant != UNKNOWN:  # what is known is kept
            state.tenant = tenant
        yield ServiceDecider(client, unless_duplicate=plan.drop is not None)


async def _tenant_of_key(client: AsyncClient) -> str | None:
    """Return whose articles the key works on; UNKNOWN if the service does not say it of this key."""
    try:
        session = await client.session()
    except InvalidRequestError as error:
        if error.status == NO_VALID_KEY:
            raise
        return UNKNOWN
    # A service of release 0.2 names none, whatever the key: a run that it began can go on after the upgrade.
    return session.tenant if "tenant" in session.model_fields_set else UNKNOWN


def _named(tenant: str | None) -> str:
    return "no tenant" if tenant is None else f"the tenant {tenant!r}"


@asynccontextmanager
async def _detector(plan: DedupePlan, index: IndexChoice, folder: Path) -> AsyncIterator[Decider]:
    settings = _settings(plan, index, folder)
    with ExitStack() as stack:
        address = settings.redis_url or stack.enter_context(EmbeddedStore(settings.data_dir)).url
        async with open_components(address, settings) as components:
            await tell_unfinished(components.store, components.namespace, [components.namespace.tenant])
            collect_seldom()
            explain = plan.annotate or plan.keep_first
            try:
                yield DetectorDecider(components.detector, unless_duplicate=plan.drop is not None, explain=explain)
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
