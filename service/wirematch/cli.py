"""The ``wirematch`` command."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
import uvicorn
from rich.console import Console
from rich.progress import Progress

from wirematch import __version__
from wirematch.compose import Parts, open_parts, rebuild
from wirematch.detection.documents import DocumentIntake, Withdrawal, one
from wirematch.detection.executor import BoundedExecutor
from wirematch.errors import InvalidArticleError, InvalidDocumentError, SeveralDocumentsError, WirematchError
from wirematch.formats.document import Document
from wirematch.formats.registry import Format, named, read, recognise
from wirematch.index.embedded import EmbeddedStore
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Decision, Filters, Receipt, Report
from wirematch.pipelines.dedupe.command import dedupe
from wirematch.pipelines.digest import digest
from wirematch.pipelines.spark.loading import Loaded, load
from wirematch.presentation.console import print_match, print_report
from wirematch.settings import Settings

STANDARD_INPUT = "-"

app = typer.Typer(
    help="Which stored wire stories does this article rewrite, and where?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console()
R = TypeVar("R")

RedisUrl = Annotated[str | None, typer.Option("--redis-url", help="Redis to use instead of the embedded Valkey.")]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of the embedded Valkey.")]
FormatName = Annotated[
    str | None,
    typer.Option("--format", help=f"What the files hold: {', '.join(Format)}. Otherwise their names and content say."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def main() -> None:
    """Run the command; a failure is one message on standard error and exit status 2."""
    try:
        app()
    except WirematchError as error:
        Console(stderr=True, soft_wrap=True).print(f"wirematch: {error}", markup=False, emoji=False, highlight=False)
        sys.exit(2)


@app.command()
def serve(  # noqa: PLR0913 - its options
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
    access_log: Annotated[bool, typer.Option(help="Log every request.")] = False,
) -> None:
    """Run the HTTP service until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = _settings(data_dir, redis_url)
    with _redis(settings) as url:
        asyncio.run(_claim_index(url, settings))
        os.environ["WIREMATCH_REDIS_URL"] = url  # for the worker processes
        uvicorn.run(
            "wirematch.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=access_log,
            timeout_graceful_shutdown=10,
            server_header=False,
        )


@app.command()
def check(  # noqa: PLR0913 - its options
    file: Annotated[str, typer.Argument(help="A file with a text or news document, or '-' for standard input.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="The most matches to show.")] = 10,
    include_related: Annotated[
        bool,
        typer.Option("--include-related", help="Also show stories on the same event that it does not derive from."),
    ] = False,
    format_name: FormatName = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Report which stored stories an article derives from; nothing is stored."""
    article = _article(file, format_name)
    filters = Filters(limit=limit, include_related=include_related)

    async def work(parts: Parts) -> tuple[Report, dict[str, str]]:
        report = await parts.detector.check(article, filters)
        best = [match.id for match in report.matches[:1] if match.id]
        return report, {article_id: (await parts.detector.get(article_id)).body for article_id in best}

    report, stories = _with_parts(_settings(data_dir, redis_url), work)
    if as_json:
        print(report.model_dump_json(indent=2))  # noqa: T201 - untouched by the console's wrapping
    else:
        print_report(out, report, article.body, stories)


@app.command()
def add(  # noqa: PLR0913 - its options
    files: Annotated[list[str], typer.Argument(help="Files with texts or news documents, or '-' for standard input.")],
    source: Annotated[str | None, typer.Option(help="Agency or outlet, for files that name none.")] = None,
    format_name: FormatName = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Store articles and say what each derives from, among those stored before it; withdrawals take stories back."""
    documents = [(file, document.by(source)) for file in files for document in _read(file, format_name)]

    async def work(parts: Parts) -> None:
        intake = DocumentIntake(parts.detector, parts.kills, BoundedExecutor(1, 0))
        for file, document in documents:
            _, answer = await intake.receive(document)
            if as_json:
                print(answer.model_dump_json())  # noqa: T201
            else:
                out.print(_done(file, answer), markup=False, emoji=False, highlight=False, soft_wrap=True)

    _with_parts(_settings(data_dir, redis_url), work)


@app.command()
def compare(
    submission: Annotated[str, typer.Argument(help="The article in question: a text or news document, or '-'.")],
    story: Annotated[str, typer.Argument(help="The story it may come from.")],
    format_name: FormatName = None,
    as_json: AsJson = False,
) -> None:
    """Say what one article owes to another; no index is used."""
    mine, theirs = _article(submission, format_name), _article(story, format_name)
    match = default_comparer().compare_articles(mine, theirs)
    if as_json:
        print(match.model_dump_json(indent=2))  # noqa: T201
    else:
        print_match(out, match, mine.body, theirs.body)


@app.command()
def reindex(
    shards: Annotated[int | None, typer.Option(min=1, max=1024, help="Parts of the new index; as before.")] = None,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Build the index anew beside the live one, and switch; services go on answering and taking articles."""
    settings = _settings(data_dir, redis_url)
    with _redis(settings) as url, Progress(console=out, transient=True) as bar:
        task = bar.add_task("copying")
        built = asyncio.run(
            rebuild(url, settings, shards, lambda done, total: bar.update(task, completed=done, total=total))
        )
    out.print(f"Generation {built.generation} with {built.shards} shards is live.", highlight=False)
    if built.shards != settings.shards:
        out.print(f"Before you start a service again, set WIREMATCH_SHARDS={built.shards}.", highlight=False)


@app.command("load")
def load_index(
    folders: Annotated[list[Path], typer.Argument(help="Folders 'index' that a Spark job wrote.")],
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Store what a job over a corpus made (docs/pipelines/spark.md); what is there already stays."""

    async def work(parts: Parts) -> Loaded:
        with Progress("{task.description}", console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("0 stored")
            return await load(
                parts.detector.index, folders, lambda done: bar.update(task, description=f"{done.stored:,} stored")
            )

    loaded = _with_parts(_settings(data_dir, redis_url), work)
    out.print(f"{loaded.stored:,} stored, {loaded.there:,} there before", highlight=False)


app.command()(dedupe)
app.command()(digest)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        out.print(f"wirematch {__version__}", highlight=False)
        raise typer.Exit


def _settings(data_dir: Path | None, redis_url: str | None) -> Settings:
    given: dict[str, Any] = {"data_dir": data_dir, "redis_url": redis_url}
    return Settings.read(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def _redis(settings: Settings) -> Iterator[str]:
    """The URL of the Redis to use, which is the embedded one where none is named."""
    if settings.redis_url:
        yield settings.redis_url
    else:
        with EmbeddedStore(settings.data_dir) as store:
            yield store.url


async def _claim_index(url: str, settings: Settings) -> None:
    """Fail here, with one message, rather than in every worker process with a trace."""
    async with open_parts(url, settings):
        pass


def _with_parts(settings: Settings, work: Callable[[Parts], Awaitable[R]]) -> R:
    async def run(url: str) -> R:
        async with open_parts(url, settings) as parts:
            return await work(parts)

    with _redis(settings) as url:
        return asyncio.run(run(url))


def _article(file: str, format_name: str | None) -> Article:
    """The one article of a file."""
    try:
        article = one(_read(file, format_name)).article
    except SeveralDocumentsError as error:
        raise error.about(_called(file)) from error
    if article is None:
        raise InvalidArticleError(f"{_called(file)} is a withdrawal without a text, so there is nothing to compare.")
    return article


def _read(file: str, format_name: str | None) -> list[Document]:
    try:
        content = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        raise InvalidArticleError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        return read(content, named(format_name) if format_name else recognise(content, file))
    except InvalidDocumentError as error:
        raise error.about(_called(file)) from error


def _called(file: str) -> str:
    return "standard input" if file == STANDARD_INPUT else file


def _done(file: str, answer: Receipt | Withdrawal) -> str:
    if isinstance(answer, Withdrawal) and answer.withdrawn:
        pickups = ", ".join(f"{pickup.id} ({pickup.source or 'unknown'})" for pickup in answer.pickups)
        return f"{file}: {answer.id} taken back ({answer.status}), pickups: {pickups or 'none'}"
    if isinstance(answer, Withdrawal) and not answer.outdated:
        return f"{file}: {answer.id} taken back ({answer.status}), but it was not stored"
    if isinstance(answer, Receipt) and not answer.stored and answer.version is None:
        return f"{file}: {answer.id} stays away, it was taken back in this version or a newer one"
    if isinstance(answer, Withdrawal) or not answer.stored:
        return f"{file}: {answer.id} stays as it is, a newer version is stored"
    assert answer.report is not None
    decision, original = answer.report.decision, answer.report.original_id
    said = "new" if decision is Decision.NEW else f"{decision} of {original}"
    return f"{file}: stored as {answer.id}, {said}"


if __name__ == "__main__":
    main()
