"""``add``, ``check``, ``compare`` and ``export``."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from wirematch.commands.files import ReadOptions, check_named_once, display_name, read_document, read_documents
from wirematch.commands.local_index import require_stored, run_on_index
from wirematch.composition.components import IndexComponents
from wirematch.composition.from_settings import make_comparer
from wirematch.composition.translating import compare_in_translation
from wirematch.detection.documents.intake import DocumentIntake
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.errors import ArticleExistsError, InvalidArticleError, RebuildError, StaleListingError
from wirematch.errors.validation import message_of
from wirematch.formats.document import Document
from wirematch.interruption import run_interruptibly
from wirematch.models import Filters, Receipt, Report, StoredArticle
from wirematch.presentation.console import Screen
from wirematch.presentation.pages.wording import counted
from wirematch.presentation.standard_output import write_data
from wirematch.settings import Settings

PAGE_ARTICLES = 500


def add(files: Sequence[str], options: ReadOptions, settings: Settings, *, replace: bool, as_json: bool) -> bool:
    """Store the documents in ``files``, in order, and print a line for each; return whether none was left out.

    Nothing is stored if one of the files cannot be read at all. Entries of a feed or list that are not articles, and
    articles whose id has another text, unless they are to ``replace`` it, are named on standard error; the others are
    stored.
    """
    check_named_once(files)
    found = [(file, read_documents(file, options, settings)) for file in files]
    screen = Screen()
    refused = [f"{display_name(file)}, {fault.place}: {fault.message}" for file, its in found for fault in its.refused]

    async def store(components: IndexComponents) -> None:
        intake = DocumentIntake(
            components.detector, components.kills, BoundedExecutor(1, 0), earlier=components.earlier_versions
        )
        for file, documents in found:
            for document in documents:
                try:
                    _, answer = await intake.receive(document, replace=replace)
                except ArticleExistsError:
                    same = await _stored_with_this_text(components, document)
                    if same is None:
                        refused.append(f"{display_name(file)}: {_taken(document)}")
                        continue
                    answer = same
                if as_json:
                    screen.print_json_line(answer)
                else:
                    screen.print_answer(file, answer)

    run_on_index(settings, store)
    Screen.on_standard_error().print_lines(f"left out: {fault}" for fault in refused)
    return not refused


async def _stored_with_this_text(components: IndexComponents, document: Document) -> Receipt | None:
    """Return the line about an article that was added before; None if its id has another text."""
    article = document.article
    assert article is not None
    assert article.id is not None
    there = await components.detector.stored.get(article.id)
    if (there.body, there.headline) != (article.body, article.headline):
        return None
    return Receipt(id=article.id, stored=False, version=there.version, report=None)


def _taken(document: Document) -> str:
    assert document.article is not None
    return f"another text is stored under the id {document.article.id!r}; --replace puts this one in its place"


def check(file: str, filters: Filters, options: ReadOptions, settings: Settings, *, as_json: bool) -> None:
    """Print the report on the article in ``file``, with the passages of its best match."""
    require_stored(settings)
    document, article = read_document(file, options, settings)

    async def ask(components: IndexComponents) -> tuple[Report, dict[str, StoredArticle]]:
        report = await components.detector.check(article, filters)
        wanted = (report.original_id, *(match.id for match in report.matches[:1]))
        found = await components.detector.index.get_many([one for one in wanted if one is not None])
        return report, {record.id: record.article for record in found}  # without what was deleted meanwhile

    report, stories = run_on_index(settings, ask)
    if document.warnings:
        report = report.model_copy(update={"warnings": document.told})
    if as_json:
        Screen().print_json(report)
    else:
        Screen().print_report(report, article, stories)


def compare(  # noqa: PLR0913 - its options
    submission_file: str, story_file: str, options: ReadOptions, settings: Settings, *, explain: bool, as_json: bool
) -> None:
    """Print the match of two articles and its passages."""
    check_named_once([submission_file, story_file])
    _, submission = read_document(submission_file, options, settings)
    _, story = read_document(story_file, options, settings)
    comparer = make_comparer(settings)
    cross_lingual = run_interruptibly(
        compare_in_translation(settings, comparer, submission, story, with_reasons=explain)
    )
    match = cross_lingual or comparer.compare_articles(submission, story, with_reasons=explain)
    if as_json:
        Screen().print_json(match)
    else:
        Screen().print_match(match, submission, story)


def export_articles(filters: Filters, settings: Settings) -> None:
    """Print the articles that pass these filters. Raises RebuildError if the index is rebuilt meanwhile."""
    require_stored(settings)
    errors, printed = Screen.on_standard_error(), 0

    def cut_short(how: str, _: bool) -> str | None:
        return f"{how} after {counted(printed, 'article')}; the output is not complete." if printed else None

    async def print_all(components: IndexComponents) -> None:
        nonlocal printed
        last: int | None = 0
        while last is not None:
            try:
                records, last = await components.detector.index.list_page(last, PAGE_ARTICLES, filters)
            except StaleListingError:
                raise RebuildError(
                    f"The index was rebuilt after {counted(printed, 'article')}: the output is not complete. "
                    "Repeat the command."
                ) from None
            for record in records:
                write_data(f"{record.article.as_submitted().model_dump_json(exclude_none=True)}\n")
            printed += len(records)

    with errors.told_when_cut_short(cut_short):
        run_on_index(settings, print_all)
    if not printed:
        errors.print_line("No stored article passes." if filters.narrow else "No article is stored.")


def read_filters(
    sources: Sequence[str] | None, kind: str | None, published_after: str | None, published_before: str | None
) -> Filters:
    """Return the filters. Raises InvalidArticleError for an unusable value."""
    given = {
        "sources": list(sources) if sources else None,
        "kinds": [kind] if kind else None,
        "published_after": published_after,
        "published_before": published_before,
    }
    try:
        return Filters.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        option = {"sources": "source", "kinds": "kind"}.get(str(first["loc"][0]), str(first["loc"][0]))
        raise InvalidArticleError(f"--{option.replace('_', '-')}: {message_of(first)}.") from error
