"""``add``, ``check`` and ``compare``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wirematch.commands.files import read_article, read_documents
from wirematch.commands.local_index import read_settings, run_on_index
from wirematch.compose import Parts
from wirematch.detection.documents import DocumentIntake
from wirematch.detection.executor import BoundedExecutor
from wirematch.matching.resources import default_comparer
from wirematch.models import Filters, Report
from wirematch.presentation.console import Screen


def add(  # noqa: PLR0913 - its options
    files: Sequence[str],
    source: str | None,
    format_name: str | None,
    *,
    as_json: bool,
    data_dir: Path | None,
    redis_url: str | None,
) -> None:
    """Store the documents in ``files``, in order, and print a line for each. Nothing is stored if one cannot be read.

    ``source`` is for documents that name none.
    """
    documents = [(file, document.by(source)) for file in files for document in read_documents(file, format_name)]
    screen = Screen()

    async def store(parts: Parts) -> None:
        intake = DocumentIntake(parts.detector, parts.kills, BoundedExecutor(1, 0))
        for file, document in documents:
            _, answer = await intake.receive(document)
            if as_json:
                screen.print_json_line(answer)
            else:
                screen.print_answer(file, answer)

    run_on_index(read_settings(data_dir, redis_url), store)


def check(  # noqa: PLR0913 - its options
    file: str,
    filters: Filters,
    format_name: str | None,
    *,
    as_json: bool,
    data_dir: Path | None,
    redis_url: str | None,
) -> None:
    """Print the report on the article in ``file``, with the passages of its best match."""
    article = read_article(file, format_name)

    async def ask(parts: Parts) -> tuple[Report, dict[str, str]]:
        report = await parts.detector.check(article, filters)
        best = [match.id for match in report.matches[:1] if match.id]
        return report, {article_id: (await parts.detector.get(article_id)).body for article_id in best}

    report, stories = run_on_index(read_settings(data_dir, redis_url), ask)
    if as_json:
        Screen().print_json(report)
    else:
        Screen().print_report(report, article.body, stories)


def compare(submission_file: str, story_file: str, format_name: str | None, *, as_json: bool) -> None:
    """Print the match of two articles and its passages."""
    submission, story = read_article(submission_file, format_name), read_article(story_file, format_name)
    match = default_comparer().compare_articles(submission, story)
    if as_json:
        Screen().print_json(match)
    else:
        Screen().print_match(match, submission.body, story.body)
