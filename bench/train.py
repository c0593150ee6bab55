"""Make the word table and the derivation model from the training split of a folder of labelled articles."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import service.matching
from bench.data import Corpus, Labelled, load
from service import __version__
from service.matching.features import FEATURES, measure, overlap_sentences
from service.matching.model import DerivationModel
from service.matching.profile import Profile, profile
from service.matching.rarity import Rarity
from service.matching.resources import FREQUENCIES_FILE, MODEL_FILE
from service.text.prepare import prepare

LEAST_STORIES = 5
"""A stem met in fewer stories is not listed: it weighs as one never met, and lists no stray names."""
REGULARIZATION = 1.0
THRESHOLD = 0.5
WORKERS = 2


def train(folder: Path, out: Path | None = None) -> DerivationModel:
    """Write both files into ``out`` (the package itself by default); the same data gives the same bytes."""
    out = out or Path(next(iter(service.matching.__path__)))
    corpus = load(folder)
    rarity = _count_words(corpus, out / FREQUENCIES_FILE)
    pairs = [pair for pair in corpus.scored if not corpus.is_test(pair)]
    with ProcessPoolExecutor(WORKERS, initializer=_set_rarity, initargs=(rarity,)) as pool:
        bodies = [(corpus.articles[p.new]["text"], corpus.articles[p.source]["text"]) for p in pairs]
        measured = np.array(list(pool.map(_measure, bodies, chunksize=64)))
    model = _fit(measured, pairs, folder)
    (out / MODEL_FILE).write_text(model.to_json(), encoding="utf-8")
    return model


def _count_words(corpus: Corpus, path: Path) -> Rarity:
    bodies = [row["text"] for row in corpus.background]
    bodies += [row["text"] for key, row in corpus.articles.items() if not corpus.is_test_article(key)]
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(WORKERS) as pool:
        for stems in pool.map(_content_stems, bodies, chunksize=256):
            counts.update(stems)
    listed = sorted((stem, count) for stem, count in counts.items() if count >= LEAST_STORIES)
    lines = [f"#documents\t{len(bodies)}", *(f"{stem}\t{count}" for stem, count in listed)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Rarity.from_tsv(path.read_text(encoding="utf-8"))


def _content_stems(body: str) -> set[str]:
    text = prepare(body)
    if not text.english:
        return set()
    return {term for term, content in zip(text.terms, text.content, strict=True) if content}


_rarity: Rarity  # one a worker process


def _set_rarity(rarity: Rarity) -> None:
    global _rarity  # noqa: PLW0603
    _rarity = rarity


def _measure(bodies: tuple[str, str]) -> list[float]:
    submission, story = (_profile(body) for body in bodies)
    return list(measure(submission, story, overlap_sentences(submission, story)).values())


def _profile(body: str) -> Profile:
    return profile(prepare(body), _rarity)


def _fit(measured: NDArray[np.float64], pairs: list[Labelled], folder: Path) -> DerivationModel:
    inputs = np.hstack([measured, np.sqrt(measured)])
    labels = np.array([pair.positive for pair in pairs])
    scaler = StandardScaler().fit(inputs)
    fitted = LogisticRegression(C=REGULARIZATION, max_iter=10_000, tol=1e-8).fit(scaler.transform(inputs), labels)
    # Fold the scaling into the weights, so that the file speaks of plain features.
    weights = fitted.coef_[0] / scaler.scale_
    intercept = float(fitted.intercept_[0] - weights @ scaler.mean_)
    linear, root = np.split(weights, 2)
    return DerivationModel(
        intercept=round(intercept, 5),
        linear={name: round(float(w), 5) for name, w in zip(FEATURES, linear, strict=True)},
        root={name: round(float(w), 5) for name, w in zip(FEATURES, root, strict=True)},
        threshold=THRESHOLD,
        trained={
            "pairs": len(pairs),
            "positive": int(labels.sum()),
            "families": len({pair.family for pair in pairs}),
            "split": "components of connected articles outside the test split",
            "data_xxh64": xxhash.xxh64_hexdigest((folder / "pairs.jsonl").read_bytes()),
            "program": f"wirematch {__version__}, python -m bench train",
            "method": f"logistic regression, l2, C={REGULARIZATION}, on standardized x and sqrt(x)",
        },
    )
