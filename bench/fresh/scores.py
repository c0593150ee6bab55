"""Agreement of the readers of fresh pairs, and the decisions on these pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from bench.accuracy.judged import SUBSETS, table_of
from bench.data.corpus import Corpus, load_judged, load_neighbours
from bench.fresh.labels import TwiceRead, load_fresh
from bench.models.examples import COUNTS, NAMES
from bench.models.fitting import fit, voices_of
from bench.models.train import Read, mined_examples, read_examples, training_pairs
from wirematch.matching.resources import default_comparer, default_model
from wirematch.models import Derivation


def measure_fresh(corpus: Corpus, folder: Path) -> dict[str, dict[str, Any]]:
    """Return the agreement of readers, and figures of the shipped model and of stages fitted without the event's fold.

    Each for every set and for several together, with the neighbours that the folder has. The shipped model was fitted
    to other pairs of these events.
    """
    twice = load_fresh(folder)
    if not twice:
        return {}
    pairs = [one.pair for one in twice]
    model, rarity = default_model(), default_comparer().rarity
    fresh = read_examples(pairs, load_neighbours(folder), rarity)
    rows = [[dict(zip(NAMES, row, strict=True)) for row in part.tolist()] for part in fresh.features]
    shipped = [np.where(fresh.decidable, model.probabilities(part), 0) for part in rows]
    unread = [
        np.where(fresh.decidable, list(map(model.calibration.probability, part.tolist(), voices.tolist())), 0)
        for part, voices in zip(_without_fold(corpus, folder, fresh), map(voices_of, fresh.features), strict=True)
    ]
    numbers = np.array([one.number for one in twice])
    sets = {f"set {number}": numbers == number for number in np.unique(numbers).tolist()}
    if len(sets) > 1:
        sets["together"] = np.ones(len(twice), np.bool_)
    figures = {}
    for name, of_set in sets.items():
        chosen = [pair for pair, taken in zip(pairs, of_set, strict=True) if taken]
        figures[name] = {
            "readers": agreement([one for one, taken in zip(twice, of_set, strict=True) if taken]),
            "shipped": table_of(chosen, [part[of_set] for part in shipped], model),
            "event_unread": table_of(chosen, [part[of_set] for part in unread], model),
        }
    return figures


def _without_fold(corpus: Corpus, folder: Path, fresh: Read) -> list[NDArray[np.float64]]:
    """Return scores by stages that were fitted without the judged pairs of the event's fold."""
    rarity, judged = default_comparer().rarity, load_judged(folder)
    mined = mined_examples(corpus, training_pairs(corpus), rarity)
    read = read_examples(judged, load_neighbours(folder), rarity)
    scores = [np.zeros(len(fresh.derived)) for _ in COUNTS]
    for fold in np.unique(fresh.folds).tolist():
        held_out = fresh.folds == fold
        stages = fit(*read.chosen(read.folds != fold), mined.features, mined.derived)
        for part, features in zip(scores, fresh.features, strict=True):
            part[held_out] = stages.scores(features[held_out])
    return scores


def agreement(twice: Sequence[TwiceRead]) -> dict[str, Any]:
    """Return the share of equal labels, of three and of derived or not, with Cohen's kappa (1960) and counts."""
    mine, other = [one.pair.derivation for one in twice], [one.other for one in twice]
    derived = [[label is not Derivation.NOT for label in labels] for labels in (mine, other)]
    return {
        "pairs": len(twice),
        "three labels": _alike(mine, other),
        "derived or not": _alike(*derived),
        "labels": {
            str(label): {"first reader": Counter(mine)[label], "second reader": Counter(other)[label]}
            for label in Derivation
        },
        "subsets": {name: sum(one.pair.confidence >= least for one in twice) for name, least in SUBSETS.items()},
    }


def _alike(mine: Sequence[Any], other: Sequence[Any]) -> dict[str, float]:
    equal = sum(one == another for one, another in zip(mine, other, strict=True))
    return {"equal": equal, "kappa": round(float(cohen_kappa_score(mine, other)), 3)}
