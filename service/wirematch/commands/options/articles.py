"""``check``, ``add``, ``compare`` and ``export``: their options."""

from __future__ import annotations

from typing import Annotated

import typer

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

IsExplained = Annotated[bool, typer.Option("--explain", help="Also give the reasons for and against each match.")]


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
