"""The options of ``wirematch backup`` and ``restore``, apart from :mod:`wirematch.commands.backup.command`, which takes
long to import.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.commands.options import AsJson, DataDir, RedisUrl


def backup(  # noqa: PLR0913 - its options
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write, named .ndjson.zst or .ndjson.gz.")],
    tenant: Annotated[
        list[str] | None,
        typer.Option(help="What this tenant has stored, in place of the service's own; may be repeated."),
    ] = None,
    all_tenants: Annotated[bool, typer.Option("--all-tenants", help="The service's own and all tenants'.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Write all that is stored into a file, while services go on; one that was interrupted is gone on with.

    Exit status 1: records that are damaged are not in it.
    """
    from wirematch.commands.backup import command
    from wirematch.commands.local_index import read_settings

    settings = read_settings(data_dir, redis_url)
    if not command.backup(file, tenant or [], settings, everybody=all_tenants, as_json=as_json):
        raise typer.Exit(1)


def restore(  # noqa: PLR0913 - its options
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that 'wirematch backup' wrote.")],
    tenant: Annotated[
        list[str] | None, typer.Option(help="Only what this tenant had; may be repeated. By default all that is in it.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the file is whole, and what is in it.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Store what a backup holds, with versions, times, clusters, kills and judgements.

    A file that is not whole is refused. What is stored already stays as it is; a restore that was interrupted is
    gone on with by saying it again.
    """
    from wirematch.commands.backup import command
    from wirematch.commands.local_index import read_settings

    command.restore(file, tenant or [], read_settings(data_dir, redis_url), check=check, as_json=as_json)
