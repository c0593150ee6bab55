"""Make the word table and the derivation model from the training split of a folder of labelled articles."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
import xxhash
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

import service.matching
from bench.composites import WHOLLY_TAKEN, compose
from bench.data import Corpus, Judged, Labelled, load, load_judged
from service import __version__
from service.matching.compare import measure_pair
from service.matching.model import LEAF, to_json
from service.matching.profile import profile
from service.matching.rarity import Rarity
from service.matching.resources import FREQUENCIES_FILE, MODEL_FILE
from service.matching.sentences import overlap_sentences
from service.models import Derivation
from service.text.prepare import prepare

LEAST_STORIES = 5
"""A stem met in fewer stories is not listed: it weighs as one never met, and lists no stray names."""
DECISION = 0.5
JUDGED_WEIGHT = 5.0
"""A pair that a person judged counts for so many mined ones."""
COMPOSITES = 1_500
WORKERS = 2

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Features of pairs (rows) with their labels and weights."""

    features: Matrix
    derived: NDArray[np.bool_]
    weights: NDArray[np.float64]

    def __add__(self, other: Examples) -> Examples:
        return Examples(
            np.vstack([self.features, other.features]),
            np.concatenate([self.derived, other.derived]),
            np.concatenate([self.weights, other.weights]),
        )

    def chosen(self, rows: NDArray[np.bool_]) -> Examples:
        return Examples(self.features[rows], self.derived[rows], self.weights[rows])


def train(folder: Path, out: Path | None = None) -> dict[str, Any]:
    """Write both files into ``out`` (the package itself by default); the same data gives the same bytes."""
    out = out or Path(next(iter(service.matching.__path__)))
    corpus, judged = load(folder), load_judged(folder)
    table = _count_words(corpus)
    (out / FREQUENCIES_FILE).write_text(table, encoding="utf-8")
    rarity = Rarity.from_tsv(table)
    pairs = training_pairs(corpus)
    names, mined = mined_examples(corpus, pairs, rarity)
    _, people = judged_examples(judged, rarity)
    fitted = fit(mined + people)
    trained = {
        "mined_pairs": len(pairs),
        "composites": len(mined.derived) - len(pairs),
        "derived": int(mined.derived.sum()),
        "judged_pairs": len(judged),
        "split": "components of connected articles outside the test split",
        "data": {
            name: xxhash.xxh64_hexdigest((folder / name).read_bytes()) for name in ("pairs.jsonl", "judged.jsonl")
        },
        "newest_article": max(row.get("date", "") for row in corpus.articles.values())[:10],
        "program": f"wirematch {__version__}, python -m bench train",
        "method": f"scikit-learn {sklearn.__version__} HistGradientBoostingClassifier {PARAMETERS}",
    }
    document = to_json(names, _trees(fitted), float(fitted._baseline_prediction[0, 0]), DECISION, trained)  # noqa: SLF001
    (out / MODEL_FILE).write_text(document, encoding="utf-8")
    return trained


def training_pairs(corpus: Corpus) -> list[Labelled]:
    """The scored pairs outside the test split."""
    return [pair for pair in corpus.scored if not corpus.is_test(pair)]


def mined_examples(corpus: Corpus, pairs: list[Labelled], rarity: Rarity) -> tuple[tuple[str, ...], Examples]:
    """Names of the features, and the pairs measured: as they are, and with the new text's opening in a composite.

    Without the latter, a model learns that what derives does so as a whole.
    """
    draw = random.Random(2)
    composed = [pair for pair in pairs if pair.family in WHOLLY_TAKEN or not pair.positive]
    composed = draw.sample(composed, min(COMPOSITES, len(composed)))
    bodies = [(corpus.articles[pair.new]["text"], corpus.articles[pair.source]["text"]) for pair in pairs]
    bodies += [
        (compose(corpus, draw, corpus.articles[pair.new]["text"]), corpus.articles[pair.source]["text"])
        for pair in composed
    ]
    names, features = _measured(bodies, rarity)
    return names, Examples(features, np.array([pair.positive for pair in pairs + composed]), np.ones(len(bodies)))


def judged_examples(judged: list[Judged], rarity: Rarity) -> tuple[tuple[str, ...], Examples]:
    """The same for pairs judged by people."""
    names, features = _measured([(pair.first, pair.second) for pair in judged], rarity)
    derived = np.array([pair.derivation is not Derivation.NOT for pair in judged])
    return names, Examples(features, derived, np.full(len(judged), JUDGED_WEIGHT))


PARAMETERS = {
    "max_iter": 150,
    "learning_rate": 0.06,
    "max_leaf_nodes": 12,
    "l2_regularization": 5,
    "max_features": 0.2,
    "min_samples_leaf": 10,
    "random_state": 0,
}


def fit(examples: Examples) -> HistGradientBoostingClassifier:
    """Boosted trees on the examples."""
    model = HistGradientBoostingClassifier(**PARAMETERS)
    return model.fit(examples.features, examples.derived, sample_weight=examples.weights)


def _trees(model: HistGradientBoostingClassifier) -> list[list[tuple[int, float, int, int, float]]]:
    return [
        [
            (LEAF, 0, 0, 0, round(float(node["value"]), 6))
            if node["is_leaf"]
            else (int(node["feature_idx"]), float(node["num_threshold"]), int(node["left"]), int(node["right"]), 0)
            for node in stage[0].nodes
        ]
        for stage in model._predictors  # noqa: SLF001 - there is no other way to the trees
    ]


def _count_words(corpus: Corpus) -> str:
    bodies = [row["text"] for row in corpus.background]
    bodies += [row["text"] for key, row in corpus.articles.items() if not corpus.is_test_article(key)]
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(WORKERS) as pool:
        for stems in pool.map(_content_stems, bodies, chunksize=256):
            counts.update(stems)
    listed = sorted((stem, count) for stem, count in counts.items() if count >= LEAST_STORIES)
    return "\n".join([f"#documents\t{len(bodies)}", *(f"{stem}\t{count}" for stem, count in listed)]) + "\n"


def _content_stems(body: str) -> set[str]:
    text = prepare(body)
    if text.language != "en":
        return set()
    return {term for term, content in zip(text.terms, text.content, strict=True) if content}


def _measured(bodies: list[tuple[str, str]], rarity: Rarity) -> tuple[tuple[str, ...], Matrix]:
    with ProcessPoolExecutor(WORKERS, initializer=_set_rarity, initargs=(rarity,)) as pool:
        rows = list(pool.map(_measure, bodies, chunksize=64))
    return tuple(rows[0]), np.array([list(row.values()) for row in rows])


_rarity: Rarity  # one a worker process


def _set_rarity(rarity: Rarity) -> None:
    global _rarity  # noqa: PLW0603
    _rarity = rarity


def _measure(bodies: tuple[str, str]) -> dict[str, float]:
    submission, story = (profile(prepare(body), _rarity) for body in bodies)
    return measure_pair(submission, story, overlap_sentences(submission, story))
