"""The options of ``wirematch tenants``, apart from :mod:`wirematch.commands.tenants`, which takes long to import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.commands.options.shared import (
    AsJson,
    DataDir,
    OfKind,
    PublishedAfter,
    PublishedBefore,
    RedisUrl,
    Sources,
    read_settings,
)

tenants = typer.Typer(
    help="Create, change, list, export and delete tenants, whose articles are kept apart.", no_args_is_help=True
)

TenantArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the tenant.")]
MostArticles = Annotated[
    int | None, typer.Option(min=1, help="Most articles that the tenant may store. By default unlimited.")
]
WebhookUrl = Annotated[str | None, typer.Option(help="Where to send messages about pickups of its stories.")]
WebhookSecretFile = Annotated[
    Path | None,
    typer.Option(help="File with the secret that signs them: whsec_ and 24 to 64 bytes in Base64."),
]
WebhookSource = Annotated[
    list[str] | None, typer.Option(help="Source whose stories are watched; may be repeated. By default all.")
]


@tenants.command()
def create(  # noqa: PLR0913 - its options
    name: TenantArgument,
    most_articles: MostArticles = None,
    webhook_url: WebhookUrl = None,
    webhook_secret_file: WebhookSecretFile = None,
    webhook_source: WebhookSource = None,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Create a tenant. 'wirematch keys create --tenant NAME' makes keys for it."""
    from wirematch.commands import tenants as command

    chosen = command.TenantOptions(most_articles, webhook_url, webhook_secret_file, webhook_source)
    command.create(name, chosen, read_settings(data_dir, redis_url))


@tenants.command()
def change(  # noqa: PLR0913 - its options
    name: TenantArgument,
    most_articles: MostArticles = None,
    any_number: Annotated[bool, typer.Option("--any-number", help="It may store any number of articles.")] = False,
    webhook_url: WebhookUrl = None,
    webhook_secret_file: WebhookSecretFile = None,
    no_webhook: Annotated[bool, typer.Option("--no-webhook", help="No messages are sent any more.")] = False,
    webhook_source: WebhookSource = None,
    all_sources: Annotated[bool, typer.Option("--all-sources", help="The stories of all sources are watched.")] = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Change the given settings of a tenant; all others stay as they are.

    Running services apply them within seconds.
    """
    from wirematch.commands import tenants as command

    chosen = command.TenantOptions(most_articles, webhook_url, webhook_secret_file, webhook_source)
    gone = command.TakenAway(any_number, no_webhook, all_sources)
    command.change(name, chosen, gone, read_settings(data_dir, redis_url))


@tenants.command("list")
def list_tenants(as_json: AsJson = False, data_dir: DataDir = None, redis_url: RedisUrl = None) -> None:
    """List all tenants, including deleted ones, with their numbers of articles."""
    from wirematch.commands import tenants as command

    command.list_tenants(read_settings(data_dir, redis_url), as_json=as_json)


@tenants.command()
def export(  # noqa: PLR0913 - its options
    name: TenantArgument,
    source: Sources = None,
    kind: OfKind = None,
    published_after: PublishedAfter = None,
    published_before: PublishedBefore = None,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Print all articles of a tenant as JSON lines, as POST /v1/articles/bulk takes them."""
    from wirematch.commands import tenants as command
    from wirematch.commands.articles import read_filters

    filters = read_filters(source, kind, published_after, published_before)
    command.export(name, filters, read_settings(data_dir, redis_url))


@tenants.command()
def delete(
    name: TenantArgument,
    confirmed: Annotated[
        bool, typer.Option("--yes", help="Do not ask for confirmation; needed without a terminal.")
    ] = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Revoke all keys of a tenant and delete everything it stored. Its name cannot be used again."""
    from wirematch.commands import tenants as command

    settings = read_settings(data_dir, redis_url)
    if not confirmed:
        command.check_name(name, settings)
        typer.confirm(f"Permanently delete everything that {name} stored?", abort=True)
    command.delete(name, settings)
