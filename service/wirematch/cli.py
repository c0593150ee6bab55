"""The ``wirematch`` command: its options. What a command does is in :mod:`wirematch.commands`.

Each command imports what it needs when it is called, so that ``wirematch --version`` and ``--help`` do not wait for
the web server, numpy and the parsers (``python -m bench startup`` measures it).
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from wirematch import __version__
from wirematch.commands.ending import end_in_order, exit_status
from wirematch.commands.held_lines import lines_held
from wirematch.commands.help_texts import plain_help
from wirematch.commands.options.backup import backup, restore
from wirematch.commands.options.digest import digest
from wirematch.commands.options.keys import keys
from wirematch.commands.options.languages import languages
from wirematch.commands.options.shared import (
    AsJson,
    Charset,
    DataDir,
    FormatName,
    IsStrict,
    OfKind,
    PublishedAfter,
    PublishedBefore,
    RedisUrl,
    Sources,
    read_settings,
)
from wirematch.commands.options.tenants import tenants
from wirematch.commands.options.tuning import explain, tune
from wirematch.errors import InvalidSettingError, WirematchError
from wirematch.pipelines.dedupe.command import dedupe
from wirematch.presentation.standard_output import ended_with_its_reader, escape_unknown_characters

_OUTPUT_FAILED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What writing to standard output meets when the file or disk behind it takes no more."""

app = typer.Typer(
    help="Find which stored wire stories an article copies, rewrites or takes passages from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

IsExplained = Annotated[bool, typer.Option("--explain", help="Also give the reasons for and against each match.")]


def main() -> None:
    """Run the command; an error is printed as one line on standard error, with exit status 2."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller; what is written to it is discarded
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    escape_unknown_characters()
    end_in_order()
    try:
        with lines_held(), ended_with_its_reader():
            app()
    except SystemExit as end:
        end.code = exit_status(end.code)
        raise
    except KeyboardInterrupt:  # before the command began
        sys.exit(exit_status(128 + signal.SIGINT))
    except WirematchError as error:
        _fail(error)
    except OSError as error:
        if error.errno not in _OUTPUT_FAILED:
            raise
        _fail(InvalidSettingError(f"The output cannot be written: {error.strerror}."))


def _fail(error: WirematchError) -> None:
    from wirematch.presentation.failure import print_failure

    print_failure(error)
    sys.exit(2)


@app.command()
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


@app.command()
def check(  # noqa: PLR0913 - its options
    file: Annotated[str, typer.Argument(metavar="FILE", help="A text or news document, or '-' for standard input.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Show at most this many matches.")] = 10,
    include_related: Annotated[
        bool,
        typer.Option("--include-related", help="Also show independent stories about the same event."),
    ] = False,
    explain: IsExplained = False,
    source: Sources = None,
    kind: OfKind = None,
    published_after: PublishedAfter = None,
    published_before: PublishedBefore = None,
    format_name: FormatName = None,
    charset: Charset = None,
    strict: IsStrict = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Report which stored stories an article derives from. Stores nothing."""
    from wirematch.commands import articles
    from wirematch.commands.articles import read_filters
    from wirematch.commands.files import ReadOptions

    wanted = {"limit": limit, "include_related": include_related, "explain": explain}
    filters = read_filters(source, kind, published_after, published_before).model_copy(update=wanted)
    options = ReadOptions(format_name, charset=charset, strict=strict)
    articles.check(file, filters, options, read_settings(data_dir, redis_url), as_json=as_json)


@app.command()
def add(  # noqa: PLR0913 - its options
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Texts or news documents, or '-' for standard input.")
    ],
    source: Annotated[str | None, typer.Option(help="Agency or outlet of files that name none.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace stored articles that have the same id.")] = False,
    format_name: FormatName = None,
    charset: Charset = None,
    strict: IsStrict = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Store articles, and report which stored articles each derives from.

    A document that withdraws a story removes that story. An article whose id another text has is left out, with exit
    status 1, unless --replace is given.
    """
    from wirematch.commands import articles
    from wirematch.commands.files import ReadOptions

    options = ReadOptions(format_name, source, charset, strict=strict)
    if not articles.add(files, options, read_settings(data_dir, redis_url), replace=replace, as_json=as_json):
        raise typer.Exit(1)


@app.command()
def compare(  # noqa: PLR0913 - its options
    submission: Annotated[
        str,
        typer.Argument(
            metavar="SUBMISSION", help="Article to judge: a text, a news document, or '-' for standard input."
        ),
    ],
    story: Annotated[str, typer.Argument(metavar="STORY", help="Story that it may derive from.")],
    explain: IsExplained = False,
    format_name: FormatName = None,
    charset: Charset = None,
    strict: IsStrict = False,
    as_json: AsJson = False,
) -> None:
    """Compare two articles: how much of the first comes from the second?

    Uses no index, so a long footer that both carry counts as taken; 'explain' with the id of a stored article tells
    what others carry, too.
    """
    from wirematch.commands import articles
    from wirematch.commands.files import ReadOptions

    options = ReadOptions(format_name, charset=charset, strict=strict)
    articles.compare(submission, story, options, read_settings(None, None), explain=explain, as_json=as_json)


@app.command()
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


@app.command()
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


@app.command("load")
def load_index(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER", help="'index' folders written by a Spark job.")],
    abandon: Annotated[
        bool,
        typer.Option(
            "--abandon", help="Store nothing: what an interrupted load of FOLDER has stored is all. FOLDER is not read."
        ),
    ] = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Store the articles of a Spark job's index (docs/pipelines/spark.md).

    Ids that are already stored are skipped.
    """
    settings = read_settings(data_dir, redis_url)
    if abandon:
        from wirematch.commands.imports import abandon as give_up

        give_up("load", folders, [], settings)
        return
    from wirematch.commands import index

    index.load_index(folders, settings)


@app.command()
def export(  # noqa: PLR0913 - its options
    source: Sources = None,
    kind: OfKind = None,
    published_after: PublishedAfter = None,
    published_before: PublishedBefore = None,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Print all stored articles as JSON lines, as POST /v1/articles/bulk takes them."""
    from wirematch.commands.articles import export_articles, read_filters

    filters = read_filters(source, kind, published_after, published_before)
    export_articles(filters, read_settings(data_dir, redis_url))


for command in (backup, restore, dedupe, digest, explain, tune, languages):
    app.command()(command)
app.add_typer(keys, name="keys")
app.add_typer(tenants, name="tenants")
plain_help(app)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        from wirematch.kernels import active_path

        typer.echo(f"wirematch {__version__} ({active_path()} kernels)")
        raise typer.Exit


if __name__ == "__main__":
    main()
