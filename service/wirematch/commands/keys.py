"""``keys``: create, list, rotate and revoke access keys."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from wirematch.access.audit import Action, AuditLog
from wirematch.access.key import KeyRecord, Rates, Scope
from wirematch.access.keyring import Keyring, NewKey
from wirematch.commands.local_index import OpenStore, require_stored, run_on_store
from wirematch.errors import InvalidSettingError
from wirematch.index.keys import NAME
from wirematch.models.written_time import WrittenTime
from wirematch.presentation.console import Screen
from wirematch.settings import Settings
from wirematch.state.tenant_records import Tenants

R = TypeVar("R")
LONGEST = timedelta(days=36_500)
_DURATION = TypeAdapter(timedelta)
_TIME: TypeAdapter[datetime] = TypeAdapter(WrittenTime)


def create(  # noqa: PLR0913 - its options
    name: str,
    scopes: str,
    expires: str | None,
    rates: Rates,
    settings: Settings,
    *,
    tenant: str | None = None,
    as_json: bool,
) -> None:
    """Create a key and print its token. Raises InvalidSettingError."""
    for given in (name, tenant):
        if given is not None and not re.fullmatch(NAME, given):
            raise InvalidSettingError("A name has 1 to 64 letters, digits, dots, dashes and underscores.")
    wanted, end = _scopes(scopes), None if expires is None else _end(expires)

    async def work(opened: OpenStore) -> NewKey:
        if tenant is not None:
            await Tenants(opened.store, opened.namespace).note(tenant)
        keyring = Keyring(opened.store, opened.namespace)
        return await keyring.create(name, wanted, tenant=tenant, expires_at=end, rates=rates)

    new = run_on_store(settings, work)
    _note(Action.CREATE_KEY, new.record, settings)
    _print_new(new, as_json=as_json)


def list_keys(settings: Settings, *, as_json: bool) -> None:
    """Print all keys, oldest first, without secrets."""
    found = _on_keys(settings, Keyring.records)
    records = sorted(found.values(), key=lambda record: record.created_at)
    rows = [_row(record) for record in records]
    if as_json:
        print(json.dumps(rows, indent=2))  # noqa: T201
    elif not rows:
        print("There are no keys.")  # noqa: T201
    else:
        Screen().print_table(rows)


def rotate(key: str, grace: str, settings: Settings, *, as_json: bool) -> None:
    """Replace a key by a new one and print its token. Raises InvalidSettingError."""
    duration = _duration(grace)
    new = _on_keys(settings, lambda keyring: keyring.rotate(key, duration))
    _note(Action.ROTATE_KEY, new.record, settings)
    _print_new(new, as_json=as_json)


def revoke(key: str, settings: Settings) -> None:
    """Revoke all keys of a name, or the one with an id. Raises InvalidSettingError."""
    for record in _on_keys(settings, lambda keyring: keyring.revoke(key)):
        _note(Action.REVOKE_KEY, record, settings)
        print(f"{record.shown} ({record.name}) is revoked.")  # noqa: T201


def _on_keys(settings: Settings, work: Callable[[Keyring], Awaitable[R]]) -> R:
    """Run ``work`` on existing keys; an empty data folder is left unchanged."""
    require_stored(settings)
    return run_on_store(settings, lambda opened: work(Keyring(opened.store, opened.namespace)))


def _note(action: Action, record: KeyRecord, settings: Settings) -> None:
    AuditLog(settings.audit_log).record(action, f"{record.name} {record.id}", by=None)


def _print_new(new: NewKey, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"token": new.token, **_row(new.record)}, indent=2))  # noqa: T201
    else:
        print(new.token)  # noqa: T201 - alone on standard output, for $(...)
        Console(stderr=True).print("Store it safely: it is not shown again.", highlight=False)


def _row(record: KeyRecord) -> dict[str, str | None]:
    state = "valid" if record.valid(datetime.now(UTC)) else "expired" if record.revoked_at is None else "revoked"
    end = record.revoked_at or record.expires_at
    return {
        "name": record.name,
        "key": record.shown,
        "scopes": ",".join(sorted(record.scopes)),
        "tenant": record.tenant,
        "created_at": record.created_at.isoformat(timespec="seconds"),
        "ends_at": None if end is None else end.isoformat(timespec="seconds"),
        "state": state,
    }


def _scopes(text: str) -> frozenset[Scope]:
    try:
        return frozenset(Scope(part.strip()) for part in text.split(","))
    except ValueError as error:
        raise InvalidSettingError(f"Scopes are {', '.join(Scope)}, with commas between.") from error


def _end(text: str) -> datetime:
    """Return a time, or a duration from now."""
    if text.startswith("P"):
        return datetime.now(UTC) + _duration(text)
    try:
        return _TIME.validate_python(text)
    except ValidationError as error:
        if error.errors()[0]["type"] == "timezone_aware":
            raise InvalidSettingError(f"{text!r} has no offset; end it with Z or one such as +01:00.") from error
        raise InvalidSettingError(
            f"{text!r} is not a time or duration, such as 2027-01-31T00:00:00Z or P90D."
        ) from error


def _duration(text: str) -> timedelta:
    try:
        duration = _DURATION.validate_python(text)
    except ValidationError as error:
        raise InvalidSettingError(f"{text!r} is not a duration, such as P90D or PT1H.") from error
    if not timedelta(0) <= duration <= LONGEST:
        raise InvalidSettingError(f"{text!r} is negative, or longer than a hundred years.")
    return duration
