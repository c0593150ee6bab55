"""The index that the settings name, for commands that work on it in this process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from redis.exceptions import BusyLoadingError

from wirematch.composition.components import IndexComponents, open_components
from wirematch.composition.from_settings import make_store, namespace_of
from wirematch.composition.phase import tell_unfinished
from wirematch.errors import IndexMismatchError, IndexUnavailableError, InvalidSettingError
from wirematch.index.connections.connection import Store
from wirematch.index.connections.diagnosis import missing_tls, reason_of
from wirematch.index.embedded.store import EmbeddedStore, was_used
from wirematch.index.keys import Namespace
from wirematch.interruption import run_interruptibly
from wirematch.settings import Settings

R = TypeVar("R")


@contextmanager
def redis_address(settings: Settings) -> Iterator[str]:
    """Yield the URL of the Redis to use: the configured one, or an embedded Valkey that runs during the block."""
    if settings.redis_url:
        with unusable_told(settings.redis_url):
            yield settings.redis_url
    else:
        with mismatch_told(settings.data_dir), EmbeddedStore(settings.data_dir, settings.valkey_memory) as store:
            yield store.url


@contextmanager
def mismatch_told(folder: Path) -> Iterator[None]:
    """Add to IndexMismatchError in which data folder the index is: often the user never named one."""
    try:
        yield
    except IndexMismatchError as error:
        raise IndexMismatchError(
            f"{error} The index is in {folder}; --data-dir or WIREMATCH_DATA_DIR name another folder."
        ) from None


@contextmanager
def unusable_told(url: str) -> Iterator[None]:
    """Add to IndexUnavailableError what is wrong with the URL, or with the server at it."""
    if wrong := missing_tls(url):
        raise IndexUnavailableError(wrong)
    try:
        yield
    except IndexUnavailableError as error:
        if type(error.__cause__) is not BusyLoadingError and (wrong := reason_of(url, error.__cause__ or error)):
            raise IndexUnavailableError(wrong) from None
        raise


def require_stored(settings: Settings) -> None:
    """Raise InvalidSettingError if nothing was ever stored in the folder of the embedded Valkey.

    For commands that only read: in a wrong folder they must say so, and not that there is nothing.
    """
    if settings.redis_url is None and not was_used(settings.data_dir):
        raise InvalidSettingError(
            f"There is no index in {settings.data_dir}: name the data folder with --data-dir or "
            "WIREMATCH_DATA_DIR, or a Redis with --redis-url or WIREMATCH_REDIS_URL. If nothing was stored yet, "
            "'wirematch add' stores articles."
        )


class OpenStore(NamedTuple):
    """The store that the settings name, the service's own namespace in it, and the settings."""

    store: Store
    namespace: Namespace
    settings: Settings


def run_on_store(settings: Settings, work: Callable[[OpenStore], Awaitable[R]]) -> R:
    """Run ``work`` on the state kept beside the index, without opening the index."""

    async def run(url: str) -> R:
        store = make_store(url, settings)
        try:
            return await work(OpenStore(store, namespace_of(settings), settings))
        finally:
            await store.close()

    with redis_address(settings) as url:
        return run_interruptibly(run(url))


def run_on_index(settings: Settings, work: Callable[[IndexComponents], Awaitable[R]]) -> R:
    """Open the index, run ``work`` on it to its end, and close it. What may be missing in it is told first."""

    async def run(url: str) -> R:
        async with open_components(url, settings) as components:
            await tell_unfinished(components.store, components.namespace, [components.namespace.tenant])
            return await work(components)

    with redis_address(settings) as url:
        return run_interruptibly(run(url))
