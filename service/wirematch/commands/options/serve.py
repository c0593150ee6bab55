"""``serve``: its options."""

from __future__ import annotations

from typing import Annotated

import typer

from wirematch.commands.options.shared import DataDir, RedisUrl


def serve(  # noqa: PLR0913 - its options
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Number of worker processes.")] = 1,
    allowed_hosts: Annotated[
        str | None, typer.Option(help="Further host names to answer to, separated by commas.")
    ] = None,
    insecure_open: Annotated[
        bool,
        typer.Option("--insecure-open", help="Serve everybody who can reach the port, without keys."),
    ] = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
    no_access_log: Annotated[bool, typer.Option("--no-access-log", help="Log no line for each request.")] = False,
    access_log: Annotated[bool, typer.Option("--access-log", hidden=True)] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="Log warnings and errors only.")] = False,
) -> None:
    """Run the HTTP service until Ctrl-C or SIGTERM."""
    from wirematch.commands import serve as command

    command.serve(
        host,
        port,
        workers,
        allowed_hosts=allowed_hosts,
        insecure_open=insecure_open,
        access_log=access_log and not no_access_log,
        quiet=quiet,
        data_dir=data_dir,
        redis_url=redis_url,
    )
