"""Build single components from settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from pydantic import ValidationError

from wirematch.errors import InvalidSettingError
from wirematch.fingerprint.imprinting import sign_article
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.sampling import Sampling
from wirematch.formats.parse_options import ParseOptions, Zones
from wirematch.index.connections.connection import Store, connect
from wirematch.index.connections.history import KnownHistories
from wirematch.index.connections.observer import StoreObserver
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.index.keys import Namespace
from wirematch.index.live_shards import always
from wirematch.index.protocol import Signer
from wirematch.index.quota import QuotaIndex
from wirematch.index.retention import Retention
from wirematch.matching.compare import Comparer
from wirematch.matching.model.tuned import Tuning
from wirematch.matching.resources import comparer_with
from wirematch.settings import Settings
from wirematch.state.tenant_records import Tenants


def make_store(redis_url: str, settings: Settings, observer: StoreObserver | None = None) -> Store:
    """Return connections to Redis with the timeouts and durability of ``settings``; ``observer`` sees every command."""
    histories = KnownHistories()
    return Store(
        connect(redis_url, settings.redis_timeout, histories),
        settings.redis_timeout,
        replicas=settings.wait_replicas,
        replicas_timeout=settings.wait_timeout,
        observer=observer,
        durability=settings.durability,
        histories=histories,
    )


def namespace_of(settings: Settings) -> Namespace:
    """Return the namespace of all Redis keys of this service. No other code makes it."""
    return Namespace(settings.index, settings.tenant)


def make_parse_options(settings: Settings, *, strict: bool = False) -> ParseOptions:
    """Return how documents are read: the time zones in ``settings``, and whether warnings are errors (``strict``)."""
    by_format = {str(format_): zone for format_, zone in (settings.zone_by_format or {}).items()}
    return ParseOptions(Zones(settings.zone_by_source or {}, by_format), strict=strict)


def make_comparer(settings: Settings) -> Comparer:
    """Return the comparer, which decides on pairs. Raises InvalidSettingError for a tuning file that cannot be used."""
    file, tuning = settings.tuning_file, None
    try:
        if file is not None:
            tuning = Tuning.model_validate_json(file.read_bytes())
        return comparer_with(settings.source_names, tuning, settings.threshold)
    except (OSError, ValueError) as error:
        said = (
            "it is not a tuning file"
            if isinstance(error, ValidationError)
            else getattr(error, "strerror", None) or str(error)
        )
        raise InvalidSettingError(f"The file in WIREMATCH_TUNING_FILE cannot be used: {said}.") from error


async def scheme_of(store: Store, namespace: Namespace, settings: Settings) -> FingerprintScheme:
    """Return how the articles of an index are signed, or will be if it does not exist. Raises IndexUnavailableError."""
    with translated_errors():
        record, _ = await FingerprintRecord(store, namespace).read()
    sampling = record.get("scheme", settings.sampling)
    return FingerprintScheme(sampling if sampling in set(Sampling) else settings.sampling)


def make_signer(scheme: FingerprintScheme) -> Signer:
    """Return a function that signs a stored article again as it was signed when stored."""
    return lambda article: sign_article(article, scheme)


def make_index(
    store: Store, namespace: Namespace, settings: Settings, scheme: FingerprintScheme, *, shards: int | None = None
) -> QuotaIndex:
    """Return an index without an article quota, not opened yet. ``shards`` overrides the setting."""
    return QuotaIndex(
        store,
        namespace,
        scheme,
        settings.bucket_cap,
        make_signer(scheme),
        shards=shards or settings.shards,
        retention=Retention(settings.retention, settings.retention_by_source or {}),
        check_owner=owner_check(store, namespace),
    )


def owner_check(store: Store, namespace: Namespace) -> Callable[[], Awaitable[None]]:
    """Return a check that raises TenantGoneError if the tenant of ``namespace`` was deleted.

    Whatever still works for it would otherwise make its index again.
    """
    tenant = namespace.tenant
    if tenant is None:
        return always
    return partial(Tenants(store, namespace).check, tenant)
