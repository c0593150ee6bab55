"""The options of ``wirematch backup`` and ``restore``, apart from :mod:`wirematch.commands.backup.command`, which takes
long to import.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.commands.options.shared import AsJson, DataDir, RedisUrl, read_settings
from wirematch.errors import InvalidSettingError


def backup(  # noqa: PLR0913 - its options
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write, named .ndjson.zst or .ndjson.gz.")],
    tenant: Annotated[
        list[str] | None,
        typer.Option(help="Back up this tenant's data instead of the service's own; may be repeated."),
    ] = None,
    all_tenants: Annotated[
        bool, typer.Option("--all-tenants", help="Back up the service's own data and that of all tenants.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Write all stored data into a file while services run, or resume an interrupted backup.

    Exit status 1: damaged records were left out.
    """
    from wirematch.commands.backup import command

    settings = read_settings(data_dir, redis_url)
    if not command.backup(file, tenant or [], settings, everybody=all_tenants, as_json=as_json):
        raise typer.Exit(1)


def restore(  # noqa: PLR0913 - its options
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that 'wirematch backup' wrote.")],
    tenant: Annotated[
        list[str] | None,
        typer.Option(help="Restore only this tenant's data; may be repeated. By default everything in the file."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only verify that the file is complete, and list what is in it.")
    ] = False,
    abandon: Annotated[
        bool,
        typer.Option(
            "--abandon", help="Store nothing: what an interrupted restore of FILE has stored is all. FILE is not read."
        ),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Restore a backup: articles with versions and times, clusters, kills and judgements.

    An incomplete file is refused. What is already stored stays unchanged; to resume an interrupted restore, repeat
    the command.
    """
    settings = read_settings(data_dir, redis_url)
    if abandon:
        from wirematch.commands.imports import abandon as give_up

        if check:
            raise InvalidSettingError("--abandon and --check contradict each other; give one of them.")
        give_up("restore", [file], tenant or [], settings)
        return
    from wirematch.commands.backup.restore_command import restore as run

    run(file, tenant or [], settings, check=check, as_json=as_json)
