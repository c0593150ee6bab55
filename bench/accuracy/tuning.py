"""Does tuning on half of the judged pairs help on the other half?

The shipped model was fitted to all of them, so its own scores are better than on a desk's pairs. The second table takes
each pair's score from stages fitted without its fold, as ``bench accuracy`` does, which is what a desk can expect.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.metrics import brier_score_loss

from bench.data.corpus import Judged, load, load_judged, load_neighbours
from bench.data.neighbours import Neighbourhood
from bench.models.examples import COUNTS
from bench.models.fitting import voices_of
from bench.models.train import mined_examples, out_of_fold, read_examples, training_pairs
from wirematch.matching.resources import default_comparer, default_model
from wirematch.models import Article, Derivation
from wirematch.tuning.fitting import FALSE_ALARM
from wirematch.tuning.held_out import TunedNumbers, decided, figures, tune
from wirematch.tuning.measures import Measures, PairMeasure, measure

AROUND = 30
"""Number of neighbours of each pair."""
SPLITS = 50
"""Number of further random halves, to show how much of the first result is chance."""


def measure_tuning(folder: Path, seed: int, *, unread: bool) -> dict[str, Any]:
    """Tune on half of ``judged.jsonl`` and decide the other half, for each kind of scores."""
    judged = load_judged(folder)
    kinds = {"scores of the shipped model, which read them": _measures(judged, folder)}
    if unread:
        kinds["scores of stages that did not read the pair"] = _unread_measures(judged, folder)
    return {name: {"first half": _halves(found, seed), "splits": _splits(found, seed)} for name, found in kinds.items()}


def halves(measures: Measures, seed: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which pairs are tuned on: those of half of the events, drawn by ``seed``."""
    events = sorted(set(measures.events.tolist()))
    drawn = set(random.Random(seed).sample(events, len(events) // 2))
    return np.array([event in drawn for event in measures.events.tolist()])


def _halves(measures: Measures, seed: int) -> dict[str, Any]:
    """Tune on one half; return the figures of the other before and after."""
    rows = halves(measures, seed)
    shipped, other = default_model().threshold, measures.chosen(~rows)
    outcome = tune(measures.chosen(rows), shipped)
    chosen = outcome.chosen or TunedNumbers(shipped)
    return {
        "tuned on": int(rows.sum()),
        "decided": len(other),
        "threshold": chosen.threshold,
        "slope": chosen.recalibration.slope,
        "intercept": chosen.recalibration.intercept,
        "why": outcome.why,
        "before": _figures(other, TunedNumbers(shipped)),
        "after": _figures(other, chosen),
    }


def _splits(measures: Measures, seed: int) -> dict[str, Any]:
    """Over many halves, return how often tuning changed anything, and the effect on the other half."""
    runs = [_halves(measures, seed + number) for number in range(SPLITS)]
    pairs = [(run["before"], run["after"]) for run in runs]
    return {
        "splits": SPLITS,
        "written": sum(before != after for before, after in pairs),
        "log loss improved or kept": sum(after["log_loss"] <= before["log_loss"] for before, after in pairs),
        "cost improved or kept": sum(after["cost"] <= before["cost"] for before, after in pairs),
        **{
            f"mean {name}": [round(float(np.mean([one[name] for one in side])), 4) for side in zip(*pairs, strict=True)]
            for name in ("log_loss", "brier", "cost", "precision", "recall", "false_alarms")
        },
    }


def _figures(measures: Measures, numbers: TunedNumbers) -> dict[str, float]:
    called, said = decided(measures, numbers)
    found = figures(measures, called, said, FALSE_ALARM)
    shares = {name: getattr(found, name).value or 0.0 for name in ("precision", "recall", "false_alarms")}
    brier = brier_score_loss(measures.derived[measures.decided_by_model], said[measures.decided_by_model])
    numbers_of = {**shares, "cost": found.cost, "log_loss": found.log_loss, "brier": float(brier)}
    return {name: round(value, 4) for name, value in numbers_of.items()}


def _measures(judged: list[Judged], folder: Path) -> Measures:
    """Measure as ``wirematch tune`` does, with the neighbours that an index would have."""
    texts = load_neighbours(folder)
    for pair in judged:
        texts |= {pair.first_id: pair.first, pair.second_id: pair.second}
    around = Neighbourhood(texts, list(texts))
    around.ask(article_id for pair in judged for article_id in (pair.first_id, pair.second_id))
    comparer = default_comparer()
    kept: list[tuple[Judged, PairMeasure]] = []
    for pair in judged:
        stored = [Article(body=texts[one]) for one in around.of(pair.first_id, pair.second_id)[:AROUND]]
        found = measure(comparer, Article(body=pair.first), Article(body=pair.second), stored)
        kept += [(pair, found)] if found is not None else []
    derived = [pair.derivation is not Derivation.NOT for pair, _ in kept]
    return Measures.of([found for _, found in kept], derived, [pair.event for pair, _ in kept])


def _unread_measures(judged: list[Judged], folder: Path) -> Measures:
    """Measure texts as a whole, by stages of other folds and the shipped calibration."""
    corpus, rarity, calibration = load(folder), default_comparer().rarity, default_model().calibration
    read = read_examples(judged, load_neighbours(folder), rarity)
    place = COUNTS.index(AROUND)
    scores = out_of_fold(mined_examples(corpus, training_pairs(corpus), rarity), read)[place]
    odds = map(calibration.odds, scores.tolist(), voices_of(read.features[place]).tolist())
    kept = [(pair, PairMeasure(one)) for pair, one, can in zip(judged, odds, read.decidable, strict=True) if can]
    derived = [pair.derivation is not Derivation.NOT for pair, _ in kept]
    return Measures.of([found for _, found in kept], derived, [pair.event for pair, _ in kept])


def print_tuning_figures(console: Console, measured: dict[str, Any]) -> None:
    """Print a table for each kind of scores."""
    for name, kind in measured.items():
        first, splits = kind["first half"], kind["splits"]
        title = f"{name}: tuned on {first['tuned on']} pairs, the other {first['decided']} decided"
        table = Table(title=title, title_justify="left")
        headings = ("", "precision", "recall", "false alarms", "cost", "log loss", "Brier")
        for heading in headings:
            table.add_column(heading, justify="right" if heading else "left")
        for row in ("before", "after"):
            values = (first[row][key] for key in ("precision", "recall", "false_alarms", "cost", "log_loss", "brier"))
            table.add_row(row, *(f"{value:.4f}" for value in values))
        console.print(table)
        console.print(
            f"threshold {first['threshold']}, slope {first['slope']}, intercept {first['intercept']}: {first['why']}"
        )
        for key, value in splits.items():
            console.print(
                f"{key}: {value[0]} before, {value[1]} after" if isinstance(value, list) else f"{key}: {value}"
            )
