"""A trial, by cross-validation: would it help to know how many stored stories contain what two texts share?

The service has nothing of it: docs/models-tried.md says what it would take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from bench.accuracy.judged import recall_at
from bench.data.corpus import TEST_FOLDS, Corpus, Labelled, load_judged, load_neighbours
from bench.models.examples import COUNTS, Asked, Matrix, measured
from bench.models.fitting import BALANCE, READ_WEIGHT, READERS, REWRITES, Labels, columns_of, fit_readers, grow
from bench.models.train import Read, read_examples, training_pairs
from wirematch.fingerprint.minhash import shingle_many
from wirematch.matching.resources import default_comparer, default_model

STORED_SHARE = 0.5
"""Share of a story's shingles that are stored, about as many as an index has postings for."""
INDEXES = (0.0, 0.04, 0.2, 1.0)
"""Sizes of indexes, as shares of all stories."""
TRAINED = {"no counts": None, "a full index": (1.0,), "indexes of all sizes": INDEXES}
FEW = 3
FALSE_POSITIVES = 0.01
FOLLOW_UPS, MARKET_REPORTS = "reuters_followup_3_10d", "reuters_market_report_next_day"


@dataclass(frozen=True, slots=True, eq=False)
class _Examples:
    """Pairs with features, n x 4 counts for each index, labels, weight and folds."""

    features: Matrix
    counts: dict[float, Matrix]
    derived: Labels
    weight: float
    folds: NDArray[np.intp]

    def rows(self, index: float | None) -> Matrix:
        """Return the input of the trees, with the counts of an index or without any."""
        features = columns_of(self.features, REWRITES)
        return features if index is None else np.hstack((features, self.counts[index]))


def measure_holders(corpus: Corpus, folder: Path) -> dict[str, Any]:
    """Return figures of training pairs and of judged ones, each fold decided by stages fitted on the others."""
    rarity = default_comparer().rarity
    pairs, judged = training_pairs(corpus), load_judged(folder)
    texts = {key: row["text"] for key, row in corpus.articles.items() if not corpus.is_test_article(key)}
    [features] = measured(texts, [Asked(pair.new, pair.source, ()) for pair in pairs], rarity, counts=(0,))
    stored = texts | {row["id"]: row["text"] for row in corpus.background}
    mined = _Examples(
        features,
        _counts(stored, [(pair.new, pair.source) for pair in pairs], corpus.chains),
        np.array([pair.positive for pair in pairs]),
        1.0,
        np.array([_fold(corpus.components[pair.new]) for pair in pairs]),
    )
    known = load_neighbours(folder)
    read = read_examples(judged, known, rarity)
    for one in judged:
        known |= {one.first_id: one.first, one.second_id: one.second}
    people = _Examples(
        read.features[0],
        _counts(known, [(one.first_id, one.second_id) for one in judged], {}),
        read.derived,
        READ_WEIGHT,
        read.folds % TEST_FOLDS,
    )
    figures: dict[str, Any] = {}
    for name, indexes in TRAINED.items():
        scores = _out_of_fold(mined, people, read, indexes)
        for index, (of_mined, of_read) in scores.items():
            row = f"trained with {name}" if index is None else f"trained with {name}, {index:.0%} stored"
            figures[row] = _figures(pairs, mined.derived, of_mined) | _of_read(read, of_read)
    return figures


def _fold(component: str) -> int:
    return xxhash.xxh64_intdigest(f"fold {component}".encode()) % TEST_FOLDS


def _counts(
    texts: Mapping[str, str], pairs: Sequence[tuple[str, str]], chains: Mapping[str, str]
) -> dict[float, Matrix]:
    """For each of ``INDEXES``, return its counts of each pair; stories of the pair's own chains are not counted."""
    ids = list(texts)
    shingles = dict(zip(ids, shingle_many([texts[key] for key in ids]), strict=True))
    draw = np.random.default_rng(1)
    postings = {key: found[draw.random(len(found)) < STORED_SHARE] for key, found in shingles.items()}
    place = {key: xxhash.xxh64_intdigest(f"stored {key}".encode()) / 2**64 for key in ids}
    versions: dict[str, list[str]] = {}
    for key in ids:
        versions.setdefault(chains.get(key, key), []).append(key)
    counted: dict[float, Matrix] = {}
    for index in INDEXES:
        held = [postings[key] for key in ids if place[key] < index]
        known, stories = np.unique(np.concatenate(held or [np.empty(0, np.uint64)]), return_counts=True)
        known_to = np.append(stories, 0).astype(np.float64)
        rows = []
        for new, source in pairs:
            both = np.intersect1d(shingles[new], shingles[source])
            first = np.searchsorted(known, both)
            counts = (np.searchsorted(known, both, side="right") > first) * known_to[first]
            own_chains = {chains.get(new, new), chains.get(source, source)}
            for key in chain.from_iterable(versions.get(one, ()) for one in own_chains):
                if place[key] < index:
                    counts -= np.isin(both, postings[key])
            rows.append(_summary(counts, min(len(shingles[new]), len(shingles[source]))))
        counted[index] = np.array(rows)
    return counted


def _summary(counts: NDArray[np.float64], smaller: int) -> list[float]:
    """Return, by how many others hold each shared shingle: the shares held by none and by few, and the mean."""
    if not len(counts):
        return [0.0, 0.0, 0.0, 0.0]
    alone = counts <= 0
    mean = float(np.log1p(np.maximum(0, counts)).mean())
    return [float(alone.sum()) / max(1, smaller), mean, float(alone.mean()), float((counts <= FEW).mean())]


def _out_of_fold(
    mined: _Examples, people: _Examples, read: Read, indexes: Sequence[float] | None
) -> dict[float | None, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return scores of both stages for mined and judged pairs with many neighbours, in each index that is asked."""
    asked: tuple[float | None, ...] = (None,) if indexes is None else INDEXES
    seen: Sequence[float | None] = (None,) if indexes is None else indexes
    scores = {index: (np.zeros(len(mined.derived)), np.zeros(len(people.derived))) for index in asked}
    for fold in range(TEST_FOLDS):
        kept, left, rows, labels, weights = _split(mined, people, read, fold, seen)
        forest = grow(rows, labels, weights)
        every = np.vstack([columns_of(part[left], READERS) for part in read.features])
        readers = fit_readers(every, np.tile(read.derived[left], len(COUNTS)), len(COUNTS))
        others = people.folds == fold
        for examples, out, part, neighbours in (
            (mined, ~kept, 0, mined.features),
            (people, others, 1, read.features[-1]),
        ):
            said = BALANCE.bounded_all(readers.scores(columns_of(neighbours[out], READERS)))
            for index in asked:
                trees = forest.predict(examples.rows(index)[out], raw_score=True)
                scores[index][part][out] = said + BALANCE.rewrites * np.asarray(trees)
    return scores


def _split(
    mined: _Examples, people: _Examples, read: Read, fold: int, seen: Sequence[float | None]
) -> tuple[Labels, Labels, Matrix, Labels, NDArray[np.float64]]:
    """Return which mined and judged pairs the stages are fitted to, and the input of the trees."""
    kept, left = mined.folds != fold, (people.folds != fold) & read.decidable
    rows = np.vstack([part.rows(index)[one] for index in seen for part, one in ((mined, kept), (people, left))])
    labels = np.tile(np.concatenate((mined.derived[kept], people.derived[left])), len(seen))
    weights = np.repeat([mined.weight, people.weight], [kept.sum(), left.sum()]) / len(seen)
    return kept, left, rows, labels, np.tile(weights, len(seen))


def _figures(pairs: Sequence[Labelled], derived: Labels, scores: NDArray[np.float64]) -> dict[str, float]:
    model = default_model()
    called = np.array([model.calibration.probability(score, 0.0) >= model.threshold for score in scores.tolist()])
    families = np.array([pair.family for pair in pairs])
    return {
        "auc": round(float(roc_auc_score(derived, scores)), 4),
        "f1": round(float(f1_score(derived, called)), 4),
        "tpr_at_1pct_fpr": round(recall_at(derived, scores, FALSE_POSITIVES), 3),
        "follow_ups": round(float(called[families == FOLLOW_UPS].mean()), 3),
        "market_reports": round(float(called[families == MARKET_REPORTS].mean()), 3),
    }


def _of_read(read: Read, scores: NDArray[np.float64]) -> dict[str, float]:
    firm = read.firm & read.decidable
    return {
        "read_auc": round(float(roc_auc_score(read.derived[firm], scores[firm])), 4),
        "read_recall_at_5pct_fpr": round(recall_at(read.derived[firm], scores[firm]), 3),
    }
