"""``wirematch keys``: make, show, change and end keys."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from wirematch.access.key import NAME, KeyRecord, Scope
from wirematch.access.keyring import Keyring, NewKey
from wirematch.compose import make_store, running_store
from wirematch.errors import InvalidSettingError
from wirematch.presentation.options import DataDir, RedisUrl
from wirematch.settings import Settings

R = TypeVar("R")
GRACE = "P1D"
_SPAN = TypeAdapter(timedelta)
_MOMENT = TypeAdapter(datetime)

keys = typer.Typer(help="Keys: who may do what.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
WhichKey = Annotated[str, typer.Argument(metavar="KEY", help="A key's name or its eight digits.")]


@keys.command()
def create(  # noqa: PLR0913 - its options
    name: Annotated[str, typer.Option(help="What the key is called in lists and logs.")],
    scopes: Annotated[
        str,
        typer.Option(
            help="What it allows, with commas: check (ask and read), store (add, replace, remove), admin (all)."
        ),
    ],
    expires: Annotated[
        str | None, typer.Option(help="When it ends: a time such as 2027-01-31T00:00:00Z, or a while such as P90D.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Make a key and print it, this once: what is kept is a hash. From the first on, every request needs one."""
    wanted, end = _scopes(scopes), _end(expires)
    if not re.fullmatch(NAME, name):
        raise InvalidSettingError("A name has 1 to 64 letters, digits, dots, dashes and underscores.")
    _print_new(_run(data_dir, redis_url, lambda ring: ring.create(name, wanted, expires_at=end)), as_json=as_json)


@keys.command("list")
def list_keys(as_json: AsJson = False, data_dir: DataDir = None, redis_url: RedisUrl = None) -> None:
    """Show all keys, those that count no more included, without what is secret."""
    records = sorted(_run(data_dir, redis_url, lambda ring: ring.records()).values(), key=lambda key: key.created_at)
    if as_json:
        print(json.dumps([_told(record) for record in records], indent=2))  # noqa: T201
        return
    table = Table("name", "key", "scopes", "made", "ends", "state", box=None)
    for record in records:
        told = _told(record)
        table.add_row(*(str(told[part] or "") for part in ("name", "key", "scopes", "created_at", "ends_at", "state")))
    Console(width=None if records else 80).print(table if records else "There are no keys.")


@keys.command()
def rotate(
    key: WhichKey,
    grace: Annotated[str, typer.Option(help="How long the old one still counts, such as PT1H; PT0S ends it.")] = GRACE,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Make a key with the same name and scopes; the old one counts for a while yet."""
    span = _span(grace)
    _print_new(_run(data_dir, redis_url, lambda ring: ring.rotate(key, span)), as_json=as_json)


@keys.command()
def revoke(key: WhichKey, data_dir: DataDir = None, redis_url: RedisUrl = None) -> None:
    """End all keys of a name, or one by its digits; services refuse it within seconds."""
    for record in _run(data_dir, redis_url, lambda ring: ring.revoke(key)):
        print(f"{record.shown} ({record.name}) is revoked.")  # noqa: T201


def _run(data_dir: object, redis_url: str | None, work: Callable[[Keyring], Awaitable[R]]) -> R:
    settings = Settings.of_command(data_dir=data_dir, redis_url=redis_url)

    async def run(url: str) -> R:
        store = make_store(url, settings)
        try:
            return await work(Keyring(store, settings.index))
        finally:
            await store.close()

    with running_store(settings) as url:
        return asyncio.run(run(url))


def _print_new(new: NewKey, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"token": new.token, **_told(new.record)}, indent=2))  # noqa: T201
    else:
        print(new.token)  # noqa: T201 - alone on standard output, for $(...)
        Console(stderr=True).print("Keep it: it is not shown again.", highlight=False)


def _told(record: KeyRecord) -> dict[str, str | None]:
    state = "valid" if record.valid(datetime.now(UTC)) else "expired" if record.revoked_at is None else "revoked"
    ends = record.revoked_at or record.expires_at
    return {
        "name": record.name,
        "key": record.shown,
        "scopes": ",".join(sorted(record.scopes)),
        "created_at": _time(record.created_at),
        "ends_at": None if ends is None else _time(ends),
        "state": state,
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _scopes(text: str) -> frozenset[Scope]:
    try:
        return frozenset(Scope(part.strip()) for part in text.split(","))
    except ValueError as error:
        raise InvalidSettingError(f"Scopes are {', '.join(Scope)}, with commas between.") from error


def _end(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = _MOMENT.validate_python(text) if "-" in text and not text.startswith("P") else None
    except ValidationError as error:
        raise InvalidSettingError(f"{text!r} is no time; write it as 2027-01-31T00:00:00Z.") from error
    if moment is None:
        return datetime.now(UTC) + _span(text)
    if moment.tzinfo is None:
        raise InvalidSettingError(f"{text!r} does not say where; end it with Z or an offset.")
    return moment


def _span(text: str) -> timedelta:
    try:
        span = _SPAN.validate_python(text)
    except ValidationError as error:
        raise InvalidSettingError(f"{text!r} is no while; write it as P90D or PT1H.") from error
    if not timedelta(0) <= span <= timedelta(days=36_500):
        raise InvalidSettingError(f"{text!r} is too long, or negative.")
    return span
