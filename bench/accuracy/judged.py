"""Pairs across publishers, judged by people in METER's scheme: how well they are decided."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from bench.data.corpus import Corpus, Judged, load_judged, load_neighbours
from bench.models.examples import COUNTS, NAMES
from bench.models.fitting import voices_of
from bench.models.train import mined_examples, out_of_fold, read_examples, training_pairs
from wirematch.matching.evidence import WHOLLY
from wirematch.matching.model.derivation import DerivationModel
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.resources import default_comparer, default_model
from wirematch.models import Article, Derivation

SUBSETS = {"all": 1, "firm": 2, "sure": 3}
"""Subsets by minimum confidence of the readers."""
FALSE_POSITIVES = 0.05
RESAMPLED = 1_000
INTERVAL = (2.5, 97.5)

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]


def measure_judged(corpus: Corpus, folder: Path, *, dev: bool = True) -> dict[str, Any]:
    """Cross-validation over connected events of judged pairs, beside pairs that nobody here has read.

    In cross-validation, each fold is decided by stages fitted to the mined training pairs and the other folds; the
    unread pairs are decided by the shipped model. Whether a derived pair is wholly derived follows from the coverage of
    the shorter text. A pair with a text of almost no words counts as non-derived, as a report leaves it undecided. Each
    for every number of neighbours in ``COUNTS``. With ``dev=False``, unread pairs are left alone.
    """
    model, rarity = default_model(), default_comparer().rarity
    neighbours = load_neighbours(folder)
    judged, held_back = load_judged(folder), load_judged(folder, "judged_dev.jsonl") if dev else []
    read = read_examples(judged, neighbours, rarity)
    scores = out_of_fold(mined_examples(corpus, training_pairs(corpus), rarity), read)
    validated = [
        np.array(list(map(model.calibration.probability, part.tolist(), voices_of(features).tolist())))
        for part, features in zip(scores, read.features, strict=True)
    ]
    tables = {"cross_validation": table_of(judged, [np.where(read.decidable, part, 0) for part in validated], model)}
    if held_back:
        known = neighbours | {pair.first_id: pair.first for pair in judged}
        known |= {pair.second_id: pair.second for pair in judged}
        unread = read_examples(held_back, known, rarity)
        rows = [[dict(zip(NAMES, row, strict=True)) for row in part.tolist()] for part in unread.features]
        found = [np.where(unread.decidable, model.probabilities(part), 0) for part in rows]
        tables["dev"] = table_of(held_back, found, model)
    return {"pairs": {"cross_validation": len(judged), "dev": len(held_back)}, "threshold": model.threshold, **tables}


def table_of(pairs: list[Judged], probabilities: Sequence[Floats], model: DerivationModel) -> dict[str, Any]:
    """Return figures by number of neighbours and subset; ``probabilities`` has one array for each of ``COUNTS``."""
    coverages = list(map(_coverage_of_shorter, pairs))
    table: dict[str, Any] = {
        str(count): {
            subset: _figures(pairs, found, coverages, least, model.threshold) for subset, least in SUBSETS.items()
        }
        for count, found in zip(COUNTS, probabilities, strict=True)
    }
    derived = np.array([pair.derivation is not Derivation.NOT for pair in pairs])
    table["reliability"] = _reliability(derived, probabilities[-1])
    return table


def _figures(pairs: list[Judged], found: Floats, coverages: list[float], least: int, decision: float) -> dict[str, Any]:
    chosen = np.array([pair.confidence >= least for pair in pairs])
    actual = [pair.derivation for pair, kept in zip(pairs, chosen.tolist(), strict=True) if kept]
    derived = np.array([one is not Derivation.NOT for one in actual])
    events = np.array([pair.event for pair in pairs])[chosen]
    found = found[chosen]
    called = [
        label(derived=bool(value >= decision), coverage=coverage)
        for value, coverage in zip(found.tolist(), np.array(coverages)[chosen].tolist(), strict=True)
    ]
    return {
        "n": len(actual),
        "auc": round(float(roc_auc_score(derived, found)), 4),
        "auc_interval": _interval(derived, found, events),
        "recall_at_5pct_fpr": round(recall_at(derived, found), 4),
        "fpr": round(float((found[~derived] >= decision).mean()), 4),
        "recall": round(float((found[derived] >= decision).mean()), 4),
        "macro_f1": round(float(f1_score(actual, called, average="macro")), 4),
    }


def recall_at(derived: Labels, scores: Floats, false_positives: float = FALSE_POSITIVES) -> float:
    """Return the share of derived pairs that score above all but ``false_positives`` of the others."""
    others = np.sort(scores[~derived])[::-1]
    return float(np.mean(scores[derived] > others[int(false_positives * len(others))]))


def _interval(derived: Labels, scores: Floats, events: NDArray[np.str_]) -> list[float]:
    """Return the 95 % bootstrap interval of the AUC, resampling events (Efron & Tibshirani 1993)."""
    draw = np.random.default_rng(1)
    rows_of = [np.flatnonzero(events == event) for event in np.unique(events)]
    found = []
    for _ in range(RESAMPLED):
        rows = np.concatenate([rows_of[place] for place in draw.integers(0, len(rows_of), len(rows_of))])
        if derived[rows].any() and not derived[rows].all():
            found.append(roc_auc_score(derived[rows], scores[rows]))
    return [round(float(edge), 3) for edge in np.percentile(found, INTERVAL)]


def _reliability(derived: Labels, found: Floats) -> list[dict[str, float]]:
    """Return for each fifth of the probability: number of pairs, mean probability, share derived."""
    places = np.minimum((found * 5).astype(int), 4)
    return [
        {
            "n": int((places == fifth).sum()),
            "said": round(float(found[places == fifth].mean()), 3),
            "is": round(float(derived[places == fifth].mean()), 3),
        }
        for fifth in range(5)
        if (places == fifth).any()
    ]


def label(*, derived: bool, coverage: float) -> Derivation:
    """Return METER's label of a pair; ``coverage`` is that of the shorter text."""
    if not derived:
        return Derivation.NOT
    return Derivation.WHOLLY if coverage >= WHOLLY else Derivation.PARTIALLY


def _coverage_of_shorter(pair: Judged) -> float:
    sides = [default_comparer().prepare(Article(body=body)).profile for body in (pair.first, pair.second)]
    shorter, longer = sorted(sides, key=len)
    return Pair(shorter, longer).coverage
