"""``wirematch explain``: why two articles were matched, or were not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wirematch.commands.files import ReadOptions, check_named_once, display_name, read_document
from wirematch.commands.local_index import require_stored, run_on_index
from wirematch.composition.components import IndexComponents
from wirematch.composition.from_settings import make_comparer
from wirematch.errors import ArticleNotFoundError, InvalidArticleError
from wirematch.matching.undecided import why_undecided
from wirematch.models import Article, Derivation, Match
from wirematch.pipelines.dedupe.input_files import STANDARD_INPUT
from wirematch.presentation.console import Screen
from wirematch.presentation.explanation import explanation_of, told
from wirematch.presentation.pages.wording import counted
from wirematch.settings import Settings

JUDGED = {
    Derivation.WHOLLY: "A reader called it wholly derived.",
    Derivation.PARTIALLY: "A reader called it partly derived.",
    Derivation.NOT: "A reader called it not derived; a match with it is shown as judged wrong.",
}
FOUND = "A look-up finds the story, among {candidates} that the article is compared with."
NOT_FOUND = (
    "A look-up does not find the story, so no report has it as a match, whatever is said here: it finds {candidates}, "
    "and this story shares too few pairs of content words with the article."
)
OUTRANKED = (
    "A look-up does not find the story, so no report has it as a match, whatever is said here: it finds {candidates}, "
    "and no more are compared; this story shares fewer or more common pairs of content words with the article than "
    "these."
)
EARLIER = "{first} was published before {second}, so it is {second} that may derive from it."
NOTHING_STORED = "Both are files, so stored reports of the event are not considered."


@dataclass(frozen=True, slots=True)
class _Side:
    name: str
    article: Article | None
    """None of a stored article."""


def explain(submission: str, story: str, options: ReadOptions, settings: Settings, *, as_json: bool) -> None:
    """Print the explanation. Raises InvalidArticleError for what is neither a file nor stored."""
    check_named_once([submission, story])
    sides = [_side(argument, options, settings) for argument in (submission, story)]
    comparer = make_comparer(settings)
    first, second = sides
    if first.article and second.article:
        first, second, notes = _in_order(first, second)
        match = comparer.compare_articles(_known(first), _known(second), with_reasons=True)
        notes.append(NOTHING_STORED)
    else:
        require_stored(settings)
        first, second, match, notes = run_on_index(settings, lambda components: _in_event(sides, components, settings))
    why = why_undecided(comparer.prepare(_known(first)))
    notes += [f"A report would leave it undecided. {why}"] if why else []
    found = explanation_of(first.name, second.name, match, comparer.model.threshold, notes)
    if as_json:
        Screen().print_json(found)
    else:
        Screen().print_lines(told(found))


def _side(argument: str, options: ReadOptions, settings: Settings) -> _Side:
    if argument == STANDARD_INPUT or Path(argument).is_file():
        return _Side(display_name(argument), read_document(argument, options, settings)[1])
    return _Side(argument, None)


def _known(side: _Side) -> Article:
    assert side.article is not None
    return side.article


def _in_order(first: _Side, second: _Side) -> tuple[_Side, _Side, list[str]]:
    """Return the later one first, as only that may derive from the other; with a note if they were given otherwise."""
    mine, theirs = _known(first).published_at, _known(second).published_at
    if mine is None or theirs is None or theirs <= mine:
        return first, second, []
    return second, first, [EARLIER.format(first=first.name, second=second.name)]


async def _stored(name: str, components: IndexComponents) -> Article:
    try:
        return await components.detector.stored.get(name)
    except ArticleNotFoundError as error:
        raise InvalidArticleError(f"{name!r} is neither a file nor the id of a stored article.") from error


async def _in_event(
    sides: list[_Side], components: IndexComponents, settings: Settings
) -> tuple[_Side, _Side, Match, list[str]]:
    """Return both in order, their match in the event's context, and what else a report on the first depends on."""
    stored = {side.name for side in sides if side.article is None}
    known = [one if one.article else _Side(one.name, await _stored(one.name, components)) for one in sides]
    first, second, notes = _in_order(known[0], known[1])
    match = await components.detector.compare(_known(first), _known(second), explain=True)
    if second.name in stored:
        found = await components.detector.candidates(_known(first), settings.compare_limit + settings.excerpt_limit)
        others = {record.article.id for record in found} - {first.name}
        candidates = counted(len(others), "candidate")
        not_found = NOT_FOUND if len(found) < settings.compare_limit else OUTRANKED
        notes.append((FOUND if second.name in others else not_found).format(candidates=candidates))
    pair = first.name, second.name
    judged = (await components.judgements.find([pair])).get(pair)
    notes += [JUDGED[judged.derivation]] if judged else []
    return first, second, match, notes
