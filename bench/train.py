"""Make the word table and the derivation model from the training split of a folder of labelled articles."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import xxhash
from numpy.typing import NDArray

import wirematch.matching
from bench.composites import WHOLLY_TAKEN, compose
from bench.data import Corpus, Judged, Labelled, load, load_judged
from wirematch import __version__
from wirematch.matching.judge import LEAST_WORDS
from wirematch.matching.model import Tree, to_json
from wirematch.matching.pair import Pair
from wirematch.matching.profile import profile
from wirematch.matching.rarity import Rarity
from wirematch.matching.resources import FREQUENCIES_FILE, MODEL_FILE
from wirematch.models import Derivation
from wirematch.text.prepare import prepare

LEAST_STORIES = 5
"""A stem met in fewer stories is not listed: it weighs as one never met, and lists no stray names."""
DECISION = 0.59
"""Judged pairs of other folds give at most six false alarms in a hundred from here on."""
JUDGED_WEIGHT = (10.0, 40.0)
"""A pair judged derived counts for so many mined ones, and one judged not derived for so many: two outlets on one event
are where a false alarm is likeliest and harms most."""
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
    out = out or Path(next(iter(wirematch.matching.__path__)))
    corpus, judged = load(folder), load_judged(folder)
    table = _count_words(corpus)
    (out / FREQUENCIES_FILE).write_text(table, encoding="utf-8")
    rarity = Rarity.from_tsv(table)
    pairs = training_pairs(corpus)
    names, mined = mined_examples(corpus, pairs, rarity)
    _, people = judged_examples(judged, rarity)
    trees = fit(mined + people)
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
        "method": f"{FORESTS} times LightGBM {lightgbm.__version__} {PARAMETERS}",
    }
    (out / MODEL_FILE).write_text(to_json(names, trees, DECISION, trained), encoding="utf-8")
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
    """The same for pairs judged by people; one with a text too short to be decided weighs nothing."""
    names, features = _measured([(pair.first, pair.second) for pair in judged], rarity)
    derived = np.array([pair.derivation is not Derivation.NOT for pair in judged])
    decidable = np.array([is_decidable(pair) for pair in judged])
    return names, Examples(features, derived, np.where(derived, *JUDGED_WEIGHT) * decidable)


def is_decidable(pair: Judged) -> bool:
    """Whether a report would decide on either text at all."""
    return min(len(prepare(pair.first)), len(prepare(pair.second))) >= LEAST_WORDS


PARAMETERS: dict[str, Any] = {
    "n_estimators": 600,
    "learning_rate": 0.05,
    "num_leaves": 12,
    "min_child_samples": 10,
    "reg_lambda": 10,
    "feature_fraction_bynode": 0.15,
    "extra_trees": True,
    "deterministic": True,
    "force_col_wise": True,
    "n_jobs": 1,
    "verbose": -1,
}
FORESTS = 3
"""Trained alike but for the random numbers; their scores are averaged."""


def fit(examples: Examples) -> list[Tree]:
    """Boosted trees on the examples; together they make one model."""
    trees: list[Tree] = []
    for seed in range(FORESTS):
        forest = lightgbm.LGBMClassifier(**PARAMETERS, random_state=seed)
        forest.fit(examples.features, examples.derived, sample_weight=examples.weights)
        trees += [_tree(stage["tree_structure"]) for stage in forest.booster_.dump_model()["tree_info"]]
    return trees


def _tree(node: dict[str, Any]) -> Tree:
    if "leaf_value" in node:
        return round(float(node["leaf_value"]) / FORESTS, 6)
    threshold = float(f"{node['threshold']:.9g}")
    return [node["split_feature"], threshold, _tree(node["left_child"]), _tree(node["right_child"])]


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
    return Pair(*(profile(prepare(body), _rarity) for body in bodies)).features()
