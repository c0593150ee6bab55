"""``reindex``, ``doctor`` and ``load``: their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.commands.options.shared import AsJson, DataDir, RedisUrl, read_settings


def reindex(
    shards: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Number of shards of the new index. By default unchanged.")
    ] = None,
    sampling: Annotated[
        str | None,
        typer.Option(
            help="Sampling: 'rare', 'bottom' or 'affine32'. By default unchanged. Restart services after a change."
        ),
    ] = None,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Rebuild the index next to the live one, then switch to it; with those of all tenants.

    Running services keep answering and storing meanwhile.
    """
    from wirematch.commands import index

    if not index.reindex(shards, index.read_sampling(sampling), read_settings(data_dir, redis_url)):
        raise typer.Exit(1)


def doctor(  # noqa: PLR0913 - its options
    index: Annotated[bool, typer.Option("--index", help="Also check the whole index for consistency.")] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Repair inconsistencies in the index while services run. Implies --index.")
    ] = False,
    fresh: Annotated[int, typer.Option(min=0, help="With --index: number of sampled articles to decide again.")] = 200,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Find problems with the server, index, machine and settings.

    Each finding says what to do. Exit status 1: something does not work, or stored data is at risk.
    """
    from wirematch.commands.doctor import command

    extent = command.Extent(index or fix, fix, fresh)
    if not command.doctor(read_settings(data_dir, redis_url), extent, as_json=as_json):
        raise typer.Exit(1)


def load(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER", help="'index' folders written by a Spark job.")],
    abandon: Annotated[
        bool,
        typer.Option(
            "--abandon", help="Store nothing: what an interrupted load of FOLDER has stored is all. FOLDER is not read."
        ),
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is stored under the articles' ids.")] = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Store the articles of a Spark job's index (docs/pipelines/spark.md).

    What is stored already stays as it is. An article whose id has other content is left out, with exit status 1, unless
    --replace is given.
    """
    settings = read_settings(data_dir, redis_url)
    if abandon:
        from wirematch.commands.imports import abandon as give_up

        give_up("load", folders, [], settings)
        return
    from wirematch.commands import index

    if not index.load_index(folders, settings, replace=replace):
        raise typer.Exit(1)
