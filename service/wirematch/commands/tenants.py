"""``tenants``: create, change, list, export and delete tenants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from wirematch.access.audit import Action, AuditLog
from wirematch.access.keyring import Keyring
from wirematch.commands.articles import export_articles
from wirematch.commands.local_index import OpenStore, require_stored, run_on_store
from wirematch.composition import tenancy
from wirematch.composition.from_settings import make_index, scheme_of
from wirematch.errors import InvalidSettingError, WirematchError
from wirematch.errors.validation import message_of
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.index.namespace_removal import remove_everything
from wirematch.models import Filters
from wirematch.presentation.console import Screen
from wirematch.settings import Settings
from wirematch.state.imports import Imports
from wirematch.state.tenant_records import Tenant, Tenants
from wirematch.webhooks.signing import read_secrets

R = TypeVar("R")
MOST_PASSES = 10
"""Number of passes that look for remains of a tenant: requests in work at its deletion may still write."""


class TenantOptions(NamedTuple):
    """Settings of a tenant; None for those that are not given."""

    most_articles: int | None
    webhook_url: str | None
    webhook_secret_file: Path | None
    webhook_sources: list[str] | None


class TakenAway(NamedTuple):
    """Settings of a tenant that are removed."""

    most_articles: bool
    webhook: bool
    webhook_sources: bool


async def _articles_of(tenant: str, opened: OpenStore) -> int | None:
    """Return how many articles a tenant has; None if unknown."""
    namespace = opened.namespace.of_tenant(tenant)
    try:
        with translated_errors():
            record, _ = await FingerprintRecord(opened.store, namespace).read()
        if not record:  # opening would make an index
            return 0
        scheme = await scheme_of(opened.store, namespace, opened.settings)
        index = make_index(opened.store, namespace, opened.settings, scheme)
        await index.open()
        return (await index.lookup(None)).documents
    except WirematchError:
        return None


def create(name: str, chosen: TenantOptions, settings: Settings) -> None:
    """Create a tenant. Raises InvalidSettingError if the name is taken or a value cannot be used."""
    tenant = _tenant({"name": name, "created_at": datetime.now(UTC)} | _named(chosen))
    run_on_store(settings, lambda opened: Tenants(opened.store, opened.namespace).create(tenant))
    _note(Action.CREATE_TENANT, name, settings)
    print(f"{name} is there; 'wirematch keys create --tenant {name} …' makes keys for it.")  # noqa: T201


def change(name: str, chosen: TenantOptions, gone: TakenAway, settings: Settings) -> None:
    """Change the given settings. Raises InvalidSettingError if there is no such tenant or a value cannot be used."""
    values = _named(chosen)
    removed = _removed(gone)
    if values.keys() & removed.keys():
        raise InvalidSettingError("These options contradict each other; give one of them.")
    if not values and not removed:
        raise InvalidSettingError("Name what to change; 'wirematch tenants change --help' lists the options.")
    changed = _on_tenants(
        settings, lambda tenants, _: tenants.change(name, lambda there: _tenant(dict(there) | removed | values))
    )
    _note(Action.CHANGE_TENANT, name, settings)
    articles = (
        "any number of articles" if changed.most_articles is None else f"at most {changed.most_articles:,} articles"
    )
    webhook = "no webhook" if changed.webhook_url is None else f"a webhook at {changed.webhook_url}"
    sources = "" if changed.webhook_sources is None else f" for {', '.join(sorted(changed.webhook_sources))}"
    print(f"{name} has now: {articles}, {webhook}{sources}.")  # noqa: T201


def list_tenants(settings: Settings, *, as_json: bool) -> None:
    """Print all tenants, oldest first, without secrets."""

    async def work(tenants: Tenants, opened: OpenStore) -> list[dict[str, Any]]:
        found = sorted((await tenants.read()).values(), key=lambda tenant: tenant.created_at)
        return [_row(one, None if one.deleted_at else await _articles_of(one.name, opened)) for one in found]

    rows = _on_tenants(settings, work)
    if as_json:
        print(json.dumps(rows, indent=2))  # noqa: T201
    elif not rows:
        print("There are no tenants.")  # noqa: T201
    else:
        Screen().print_table(rows)


def export(name: str, filters: Filters, settings: Settings) -> None:
    """Print a tenant's articles that pass the filters. Raises InvalidSettingError if there is no such tenant."""
    _on_tenants(settings, lambda tenants, _: tenants.find(name))
    export_articles(filters, settings.model_copy(update={"tenant": name}))


def check_name(name: str, settings: Settings) -> None:
    """Raise InvalidSettingError if there never was such a tenant, before anybody is asked to confirm its deletion."""
    _on_tenants(settings, lambda tenants, _: _find_ever(tenants, name))


async def _find_ever(tenants: Tenants, name: str) -> None:
    """Find a tenant, also a deleted one, as its deletion may have been interrupted."""
    if name not in await tenants.read():
        await tenants.find(name)


def delete(name: str, settings: Settings) -> None:
    """Revoke a tenant's keys and remove its articles. Raises InvalidSettingError if there never was such a tenant.

    It can be repeated if it was interrupted.
    """
    # Pause before each pass. After two, no service still has the tenant as an existing one.
    pause = (tenancy.FRESH_SECONDS + tenancy.COURIER_SECONDS) / 2 + 0.5

    async def work(tenants: Tenants, opened: OpenStore) -> int:
        await _find_ever(tenants, name)
        await Keyring(opened.store, opened.namespace).revoke_tenant(name)
        await tenants.end(name, datetime.now(UTC))
        Screen.on_standard_error().print_line(
            f"No key of {name!r} is taken any more. What it stored is removed when services have noticed, in about "
            f"{2 * pause:.0f} seconds."
        )
        removed = 0
        for _ in range(MOST_PASSES):
            # Services go on as before for a moment, and would store behind what is removed.
            await asyncio.sleep(pause)
            found = await remove_everything(opened.store, opened.namespace.of_tenant(name))
            removed += found
            if not found:
                imports = Imports(opened.store, opened.namespace)
                await imports.end([one.mark for one in await imports.unfinished() if one.mark.tenant == name])
                return removed
        raise InvalidSettingError(
            f"Another process is still storing for {name!r}; {removed:,} Redis keys were removed so far. "
            "Stop it, such as a command with WIREMATCH_TENANT or a service of an earlier release, and repeat this."
        )

    removed = _on_tenants(settings, work)
    _note(Action.DELETE_TENANT, name, settings)
    print(f"{name} is deleted, with {removed:,} Redis keys.")  # noqa: T201


def _named(chosen: TenantOptions) -> dict[str, Any]:
    """Return the values that options give, in the form of a tenant's settings."""
    values = {
        "most_articles": chosen.most_articles,
        "webhook_url": chosen.webhook_url,
        "webhook_secret": None if chosen.webhook_secret_file is None else _secret(chosen.webhook_secret_file),
        "webhook_sources": chosen.webhook_sources or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _removed(gone: TakenAway) -> dict[str, None]:
    """Return the names of removed settings; a webhook is removed with all of its settings."""
    names = ["most_articles"] if gone.most_articles else []
    names += ["webhook_url", "webhook_secret", "webhook_sources"] if gone.webhook else []
    names += ["webhook_sources"] if gone.webhook_sources else []
    return dict.fromkeys(names)


def _secret(file: Path) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
        read_secrets(secret)
    except (OSError, ValueError) as error:
        raise InvalidSettingError(f"The file with the secret cannot be used: {error}") from None
    return secret


def _tenant(values: Mapping[str, Any]) -> Tenant:
    if (values.get("webhook_url") is None) != (values.get("webhook_secret") is None):
        raise InvalidSettingError("Messages are signed: --webhook-url and --webhook-secret-file go together.")
    try:
        return Tenant.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InvalidSettingError(f"{first['loc'][0]}: {message_of(first)}.") from error


def _row(tenant: Tenant, articles: int | None) -> dict[str, Any]:
    return {
        "name": tenant.name,
        "articles": articles,
        "most_articles": tenant.most_articles,
        "webhook": None if tenant.webhook_url is None else str(tenant.webhook_url),
        "created_at": tenant.created_at.isoformat(timespec="seconds"),
        "deleted_at": None if tenant.deleted_at is None else tenant.deleted_at.isoformat(timespec="seconds"),
    }


def _on_tenants(settings: Settings, work: Callable[[Tenants, OpenStore], Awaitable[R]]) -> R:
    """Run ``work`` on existing tenants; an empty data folder is left unchanged."""
    require_stored(settings)
    return run_on_store(settings, lambda opened: work(Tenants(opened.store, opened.namespace), opened))


def _note(action: Action, name: str, settings: Settings) -> None:
    AuditLog(settings.audit_log).record(action, name, by=None)
