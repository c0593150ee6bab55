"""``wirematch tune``: how a desk's own labelled pairs are decided, at each threshold, and what would do better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wirematch import __version__
from wirematch.commands.files import check_writable, display_name, read_bytes, write_file
from wirematch.commands.local_index import run_on_index
from wirematch.composition.components import IndexComponents
from wirematch.errors import InvalidArticleError, InvalidSettingError
from wirematch.matching.compare import Comparer
from wirematch.matching.model.tuned import Tuning
from wirematch.matching.resources import comparer_with, default_model, model_digest
from wirematch.models import Article
from wirematch.pipelines.dedupe.input_files import STANDARD_INPUT
from wirematch.presentation.console import Screen
from wirematch.presentation.curve_svg import draw_curve
from wirematch.presentation.tuning_report import TuningReport, print_tuning
from wirematch.settings import Settings
from wirematch.tuning.curve import curve, point_at
from wirematch.tuning.held_out import TunedNumbers, tune
from wirematch.tuning.labelled_pairs import LabelledPair, StoredId, events_of, read_pairs
from wirematch.tuning.measures import Measures, PairMeasure, measure


@dataclass(frozen=True, slots=True)
class TuneOptions:
    """What the user asks for."""

    false_alarm: float
    threshold: float | None
    """Written unchanged, whatever the pairs say."""
    alone: bool
    """Whether pairs are compared as if nothing were stored."""
    output: Path | None
    svg: Path | None
    as_json: bool


def tune_on(file: str, options: TuneOptions, settings: Settings) -> bool:
    """Print what the pairs in ``file`` show, and write a tuning if one helps; return whether there was one to write.

    Raises InvalidPairsError and InvalidArticleError; InvalidSettingError if a file cannot be written.
    """
    output = options.output or settings.tuning_file
    _check_written(file, output, options.svg)
    pairs = read_pairs(_lines(file))
    if not pairs:
        raise InvalidArticleError(f"There are no pairs in {display_name(file)}.")
    measures = _measured(pairs, options, settings)
    shipped = default_model().threshold
    outcome = tune(measures, shipped, options.false_alarm)
    chosen = TunedNumbers(options.threshold) if options.threshold is not None else outcome.chosen
    numbers = chosen or TunedNumbers(shipped)
    scores = measures.scores(numbers.recalibration)
    report = TuningReport(
        pairs=len(pairs),
        left_out=len(pairs) - len(measures),
        shipped=point_at(measures, measures.scores(), shipped),
        chosen=point_at(measures, scores, numbers.threshold),
        curve=curve(measures, scores),
        outcome=outcome,
        numbers=chosen,
    )
    if chosen and output:
        write_file(output, _tuning(chosen, len(measures)).model_dump_json(indent=2) + "\n")
    if options.svg:
        write_file(options.svg, draw_curve(report))
    if options.as_json:
        Screen().print_line(report.as_json())
    else:
        print_tuning(Screen(), report, output)
    return chosen is not None


def _measured(pairs: Sequence[LabelledPair], options: TuneOptions, settings: Settings) -> Measures:
    comparer = comparer_with(settings.source_names)  # as it ships, whatever was tuned before
    if options.alone:
        named = next(
            (one.id for pair in pairs for one in (pair.submission, pair.story) if isinstance(one, StoredId)), ""
        )
        if named:
            raise InvalidArticleError(f"'{named}' is a stored article's id; leave out --alone, or give its text.")
        return _all([_alone(comparer, pair) for pair in pairs])

    async def work(components: IndexComponents) -> Measures:
        return _all([await _in_event(comparer, components, pair) for pair in pairs])

    return run_on_index(settings, work)


Measured = tuple[tuple[Article, Article], bool, PairMeasure | None]


def _all(measured: Sequence[Measured]) -> Measures:
    kept = [(articles, derived, found) for articles, derived, found in measured if found is not None]
    events = events_of([articles for articles, _, _ in kept])
    return Measures.of([found for _, _, found in kept], [derived for _, derived, _ in kept], events)


def _alone(comparer: Comparer, pair: LabelledPair) -> Measured:
    assert isinstance(pair.submission, Article)
    assert isinstance(pair.story, Article)
    articles = pair.submission, pair.story
    return articles, pair.derived, measure(comparer, *articles)


async def _in_event(comparer: Comparer, components: IndexComponents, pair: LabelledPair) -> Measured:
    """Compare them in the context of the stored articles of their event, as a report does."""
    first, second = [
        await components.detector.stored.get(one.id) if isinstance(one, StoredId) else one
        for one in (pair.submission, pair.story)
    ]
    neighbours = [record.article for record in await components.detector.neighbours(first, second)]
    return (first, second), pair.derived, measure(comparer, first, second, neighbours)


def _tuning(numbers: TunedNumbers, pairs: int) -> Tuning:
    return Tuning(
        model=model_digest(),
        threshold=numbers.threshold,
        slope=numbers.recalibration.slope,
        intercept=numbers.recalibration.intercept,
        pairs=pairs,
        made_by=f"Wirematch {__version__}, wirematch tune",
    )


def _lines(file: str) -> list[str]:
    try:
        return read_bytes(file).decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise InvalidArticleError(f"{file} is not in UTF-8.") from None


def _check_written(pairs: str, *outputs: Path | None) -> None:
    """Raise InvalidSettingError if a file cannot be written, or would overwrite another one or the pairs."""
    files = [path.resolve() for path in (None if pairs == STANDARD_INPUT else Path(pairs), *outputs) if path]
    if len(set(files)) < len(files):
        raise InvalidSettingError("The pairs, --output and --svg must be different files.")
    for path in filter(None, outputs):
        check_writable(path)
