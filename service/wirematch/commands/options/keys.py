"""The options of ``wirematch keys``, apart from :mod:`wirematch.commands.keys`, which takes long to import."""

from __future__ import annotations

from typing import Annotated

import typer

from wirematch.commands.options.shared import AsJson, DataDir, RedisUrl, read_settings

keys = typer.Typer(help="Create, list, rotate and revoke access keys.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="KEY", help="Name or id of a key.")]


@keys.command()
def create(  # noqa: PLR0913 - its options
    name: Annotated[str, typer.Option(help="Name of the key in lists and logs.")],
    scopes: Annotated[
        str,
        typer.Option(
            help="What the key allows, separated by commas: check (check, compare and read), store (add, replace and "
            "delete), admin (everything)."
        ),
    ],
    tenant: Annotated[
        str | None,
        typer.Option(
            help="Tenant whose articles the key opens, and no others; a new name creates the tenant. By default none."
        ),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(help="When it expires: a time such as 2027-01-31T00:00:00Z, or a duration such as P90D."),
    ] = None,
    requests_per_second: Annotated[
        int | None, typer.Option(min=1, help="Limit of requests a second, over ten seconds. By default unlimited.")
    ] = None,
    bytes_per_second: Annotated[
        int | None, typer.Option(min=1, help="Limit of request body bytes a second. By default unlimited.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Create a key and print it. It is not shown again: only a hash is stored.

    Once the first key exists, every request needs one.
    """
    from wirematch.access.key import Rates
    from wirematch.commands import keys as command

    rates = Rates(requests_per_second, bytes_per_second)
    command.create(name, scopes, expires, rates, read_settings(data_dir, redis_url), tenant=tenant, as_json=as_json)


@keys.command("list")
def list_keys(as_json: AsJson = False, data_dir: DataDir = None, redis_url: RedisUrl = None) -> None:
    """List all keys, including expired and revoked ones."""
    from wirematch.commands import keys as command

    command.list_keys(read_settings(data_dir, redis_url), as_json=as_json)


@keys.command()
def rotate(
    key: Key,
    grace: Annotated[
        str, typer.Option(help="How long the old key stays valid, such as PT1H; PT0S revokes it at once.")
    ] = "P1D",
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Replace a key: create one with its name and scopes; the old one stays valid for a while."""
    from wirematch.commands import keys as command

    command.rotate(key, grace, read_settings(data_dir, redis_url), as_json=as_json)


@keys.command()
def revoke(key: Key, data_dir: DataDir = None, redis_url: RedisUrl = None) -> None:
    """Revoke the keys with a name, or the one with an id. Services refuse them within seconds."""
    from wirematch.commands import keys as command

    command.revoke(key, read_settings(data_dir, redis_url))
