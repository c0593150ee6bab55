"""Fresh pairs, which two readers labelled without knowing of each other: how far they agree, how the pairs are decided.

``fresh_pairs.tsv`` has the pairs that ``bench fresh-pairs`` chose (``bench/fresh.py`` says how): ids of both articles,
the judged event that they are on or near, and of each reader the label and the confidence. The texts are in the folder.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from bench.data import JUDGED_FOLDS, Corpus, Judged, load_judged, load_neighbours
from bench.examples import COUNTS, NAMES
from bench.fitting import fit, voices_of
from bench.judged import SUBSETS, table_of
from bench.train import Read, mined_examples, read_examples, training_pairs
from wirematch.matching.resources import default_comparer, default_model
from wirematch.models import Derivation

LABELS = "fresh_pairs.tsv"
GUESS = 1


@dataclass(frozen=True, slots=True)
class TwiceRead:
    """A pair as the first reader labelled it, with the lower confidence of both, a guess where their labels differ."""

    pair: Judged
    other: Derivation
    """The second reader's label."""


def load_fresh(folder: Path) -> list[TwiceRead]:
    """The labelled pairs with their texts; none where nobody has labelled any, or the folder has no neighbours.

    KeyError where it lacks one that a pair needs.
    """
    labels, texts = files("bench") / LABELS, load_neighbours(folder)
    if not texts or not labels.is_file():
        return []
    lines = labels.read_text(encoding="utf-8").splitlines()
    return [_read(row, texts) for row in csv.DictReader(lines, delimiter="\t")]


def _read(row: dict[str, str], texts: dict[str, str]) -> TwiceRead:
    mine, other = Derivation(row["reader1"]), Derivation(row["reader2"])
    confidence = min(int(row["confidence1"]), int(row["confidence2"])) if mine is other else GUESS
    fold = xxhash.xxh64_intdigest(row["event"].encode()) % JUDGED_FOLDS
    first, second = row["first"], row["second"]
    pair = Judged(texts[first], texts[second], mine, confidence, fold, first, second, row["event"])
    return TwiceRead(pair, other)


def measure_fresh(corpus: Corpus, folder: Path) -> dict[str, Any]:
    """Agreement of the readers; figures by the shipped model, and by stages that read no pair of the event's fold.

    The shipped model has read other pairs of these events. Among the neighbours that the folder has of them.
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
    return {
        "readers": agreement(twice),
        "threshold": model.decision,
        "shipped": table_of(pairs, shipped, model),
        "event_unread": table_of(pairs, unread, model),
    }


def _without_fold(corpus: Corpus, folder: Path, fresh: Read) -> list[NDArray[np.float64]]:
    """Scores by stages that were fitted without the judged pairs of the event's fold."""
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
    """How many labels are equal, of three and of derived or not, with Cohen's kappa (1960), and how many there are."""
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
