"""Pairs across publishers that people read and labelled by METER's scheme."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, f1_score, roc_auc_score

from bench.data import Corpus, Judged
from bench.train import fit, judged_examples, mined_examples, training_pairs
from wirematch.matching.compare import WHOLLY
from wirematch.matching.model import DerivationModel, to_json
from wirematch.matching.pair import Pair
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Derivation


def measure_judged(corpus: Corpus, judged: list[Judged]) -> dict[str, Any]:
    """How pairs judged by people are decided, by cross-validation over connected events.

    Each fold is decided by a model trained on the mined training pairs and the judged pairs of the other folds; which
    part of a derived pair is wholly derived follows from the coverage of the shorter text. A pair of which one text
    has next to no words counts as non-derived, as a report leaves it undecided.
    """
    comparer = default_comparer()
    names, mined = mined_examples(corpus, training_pairs(corpus), comparer.rarity)
    _, people = judged_examples(judged, comparer.rarity)
    folds = np.array([pair.fold for pair in judged])
    probability = np.zeros(len(judged))
    for fold in np.unique(folds).tolist():
        held_out = folds == fold
        document = to_json(names, fit(mined + people.chosen(~held_out)), comparer.model.decision, {})
        rows = [dict(zip(names, row, strict=True)) for row in people.features[held_out].tolist()]
        probability[held_out] = DerivationModel.from_json(document).probabilities(rows)
    probability[people.weights == 0] = 0
    called = [
        label(derived=bool(value >= comparer.model.decision), coverage=_coverage_of_shorter(pair))
        for pair, value in zip(judged, probability, strict=True)
    ]
    actual = [pair.derivation for pair in judged]
    derived, said = people.derived, probability >= comparer.model.decision
    return {
        "pairs": len(judged),
        "auc": round(float(roc_auc_score(derived, probability)), 4),
        "fpr": round(float(said[~derived].mean()), 4),
        "recall": round(float(said[derived].mean()), 4),
        "macro_f1": round(float(f1_score(actual, called, average="macro")), 4),
        "labels": list(Derivation),
        "confusion": confusion_matrix(actual, called, labels=list(Derivation)).tolist(),
        "wholly_missed": sum(
            pair.derivation is Derivation.WHOLLY and pair.confidence >= 2 and answer is Derivation.NOT
            for pair, answer in zip(judged, called, strict=True)
        ),
    }


def label(*, derived: bool, coverage: float) -> Derivation:
    """METER's label of a pair; ``coverage`` is that of the shorter text."""
    if not derived:
        return Derivation.NOT
    return Derivation.WHOLLY if coverage >= WHOLLY else Derivation.PARTIALLY


def _coverage_of_shorter(pair: Judged) -> float:
    sides = [default_comparer().side(Article(body=body)).profile for body in (pair.first, pair.second)]
    shorter, longer = sorted(sides, key=len)
    return Pair(shorter, longer).coverage
