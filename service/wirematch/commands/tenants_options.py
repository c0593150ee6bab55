"""The options of ``wirematch tenants``, apart from :mod:`wirematch.commands.tenants`, which takes long to import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.commands.options import AsJson, DataDir, RedisUrl

tenants = typer.Typer(
    help="Create, list, export and delete tenants: whose articles nobody else sees.", no_args_is_help=True
)

TenantArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the tenant.")]
MostArticles = Annotated[int | None, typer.Option(min=1, help="Articles that it may store; by default any number.")]
WebhookUrl = Annotated[str | None, typer.Option(help="Where messages about pickups of its stories go.")]
WebhookSecretFile = Annotated[
    Path | None,
    typer.Option(help="File with their secret: whsec_ and 24 to 64 bytes in base64."),
]
WebhookSource = Annotated[
    list[str] | None, typer.Option(help="A source whose stories are watched; may be repeated. By default all.")
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

    wish = command.TenantOptions(most_articles, webhook_url, webhook_secret_file, webhook_source)
    command.create(name, wish, data_dir=data_dir, redis_url=redis_url)


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
    """Change what a tenant has; what is not named stays as it is.

    Running services follow within seconds.
    """
    from wirematch.commands import tenants as command

    wish = command.TenantOptions(most_articles, webhook_url, webhook_secret_file, webhook_source)
    gone = command.TakenAway(any_number, no_webhook, all_sources)
    command.change(name, wish, gone, data_dir=data_dir, redis_url=redis_url)


@tenants.command("list")
def list_tenants(as_json: AsJson = False, data_dir: DataDir = None, redis_url: RedisUrl = None) -> None:
    """List all tenants with the number of their articles, deleted ones included."""
    from wirematch.commands import tenants as command

    command.list_tenants(as_json=as_json, data_dir=data_dir, redis_url=redis_url)


@tenants.command()
def export(name: TenantArgument, data_dir: DataDir = None, redis_url: RedisUrl = None) -> None:
    """Print every article of a tenant as a line of JSON, as POST /v1/articles/bulk takes them."""
    from wirematch.commands import tenants as command

    command.export(name, data_dir=data_dir, redis_url=redis_url)


@tenants.command()
def delete(
    name: TenantArgument,
    confirmed: Annotated[
        bool, typer.Option("--yes", help="Do it without asking; needed where nobody can be asked.")
    ] = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Revoke all keys of a tenant and remove all that it stored. Its name is not given again."""
    from wirematch.commands import tenants as command

    if not confirmed:
        command.check_name(name, data_dir=data_dir, redis_url=redis_url)
        typer.confirm(f"Remove all that {name} stored, for ever?", abort=True)
    command.delete(name, data_dir=data_dir, redis_url=redis_url)
