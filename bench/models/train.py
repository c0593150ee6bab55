"""Make the word table and the derivation model from the training split of a folder of labelled articles."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

import wirematch.matching.model
import wirematch.text
from bench.accuracy.composites import WHOLLY_TAKEN, compose
from bench.data.corpus import Corpus, Judged, Labelled, load, load_judged, load_neighbours
from bench.data.neighbours import Neighbourhood
from bench.models.examples import COUNTS, NAMES, Asked, Matrix, measured
from bench.models.fitting import (
    BALANCE,
    PARAMETERS,
    READERS,
    REWRITES,
    STRENGTH,
    Stages,
    calibrate,
    cheapest,
    fit,
    voices_of,
)
from wirematch import __version__
from wirematch.matching.model.derivation import Calibration, to_json
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.resources import MODEL_FILE
from wirematch.matching.undecided import LEAST_WORDS
from wirematch.models import Derivation
from wirematch.text.frequencies import FREQUENCIES_FILE, StoryCounts
from wirematch.text.prepare import prepare

LEAST_STORIES = 5
"""Stems in fewer stories are left out: they count as never seen, and the table has no rare names."""
COMPOSITES = 1_500
FIRM = 2
"""Confidence from which on a label is not a guess."""
WORKERS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Mined:
    """Pairs labelled by construction, each measured as if nobody else had written of its event."""

    features: Matrix
    derived: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Judged pairs; ``features[i]`` are measured with ``COUNTS[i]`` neighbours.

    ``decidable`` says for which pairs a report would decide at all, by the length of both texts.
    """

    features: list[Matrix]
    derived: NDArray[np.bool_]
    decidable: NDArray[np.bool_]
    firm: NDArray[np.bool_]
    """Whether no reader guessed."""
    folds: NDArray[np.intp]

    def chosen(self, rows: NDArray[np.bool_]) -> tuple[list[Matrix], NDArray[np.bool_]]:
        """Return features and labels of those rows that are decidable."""
        rows = rows & self.decidable
        return [part[rows] for part in self.features], self.derived[rows]


def train(folder: Path, out: Path | None = None) -> dict[str, Any]:
    """Write both files to ``out`` (by default, their places in the package); the same data gives the same bytes."""
    words = out or Path(next(iter(wirematch.text.__path__)))
    out = out or Path(next(iter(wirematch.matching.model.__path__)))
    corpus, judged = load(folder), load_judged(folder)
    table = _count_words(corpus)
    (words / FREQUENCIES_FILE).write_text(table, encoding="utf-8")
    rarity = Rarity(*StoryCounts.from_tsv(table))
    pairs = training_pairs(corpus)
    mined = mined_examples(corpus, pairs, rarity)
    read = read_examples(judged, load_neighbours(folder), rarity)
    calibration, decision = _calibrated(mined, read)
    stages = fit(*read.chosen(np.ones(len(judged), np.bool_)), mined.features, mined.derived)
    trained = {
        "mined_pairs": len(pairs),
        "composites": len(mined.derived) - len(pairs),
        "derived": int(mined.derived.sum()),
        "judged_pairs": len(judged),
        "neighbours": list(COUNTS),
        "split": "components of connected articles outside the test split",
        "data": {
            name: xxhash.xxh64_hexdigest((folder / name).read_bytes()) for name in ("pairs.jsonl", "judged.jsonl")
        },
        "newest_article": max(row.get("date", "") for row in corpus.articles.values())[:10],
        "program": f"wirematch {__version__}, python -m bench train",
        "method": f"logistic regression, C = {STRENGTH}, {len(READERS)} features; LightGBM {version('lightgbm')} "
        f"{PARAMETERS}",
    }
    (out / MODEL_FILE).write_text(
        to_json(
            NAMES,
            stages.readers,
            (REWRITES, stages.trees),
            balance=BALANCE,
            calibration=calibration,
            threshold=decision,
            trained=trained,
        ),
        encoding="utf-8",
    )
    return trained


def training_pairs(corpus: Corpus) -> list[Labelled]:
    """Return the scored pairs outside the test split."""
    return [pair for pair in corpus.scored if not corpus.is_test(pair)]


def out_of_fold(mined: Mined, read: Read) -> list[NDArray[np.float64]]:
    """For each of ``COUNTS``, return the scores of all judged pairs by stages fitted on the other folds."""
    scores = [np.zeros(len(read.derived)) for _ in COUNTS]
    for fold in np.unique(read.folds).tolist():
        held_out = read.folds == fold
        stages: Stages = fit(*read.chosen(~held_out), mined.features, mined.derived)
        for part, features in zip(scores, read.features, strict=True):
            part[held_out] = stages.scores(features[held_out])
    return scores


def _calibrated(mined: Mined, read: Read) -> tuple[Calibration, float]:
    """Calibrate on out-of-fold scores with any number of neighbours; guesses do not affect the threshold."""
    rows = read.decidable
    scores = np.concatenate([part[rows] for part in out_of_fold(mined, read)])
    voices = np.concatenate([voices_of(part[rows]) for part in read.features])
    derived, firm = (np.tile(flags[rows], len(COUNTS)) for flags in (read.derived, read.firm))
    calibration = calibrate(scores, voices, derived)
    probabilities = np.array(list(map(calibration.probability, scores.tolist(), voices.tolist())))
    return calibration, cheapest(probabilities[firm], derived[firm])


def mined_examples(corpus: Corpus, pairs: list[Labelled], rarity: Rarity) -> Mined:
    """Measure the pairs as they are, and with the new text's opening in a composite; none has neighbours.

    Without composites, a model learns that derived texts derive as a whole.
    """
    draw = random.Random(2)
    composed = [pair for pair in pairs if pair.family in WHOLLY_TAKEN or not pair.positive]
    composed = draw.sample(composed, min(COMPOSITES, len(composed)))
    texts = {key: row["text"] for key, row in corpus.articles.items() if not corpus.is_test_article(key)}
    composites = {f"composite {place}": _composed(corpus, draw, pair) for place, pair in enumerate(composed)}
    asked = [Asked(pair.new, pair.source, ()) for pair in pairs]
    asked += [Asked(new, pair.source, ()) for new, pair in zip(composites, composed, strict=True)]
    [features] = measured(texts | composites, asked, rarity, counts=(0,))
    return Mined(features, np.array([pair.positive for pair in pairs + composed]))


def _composed(corpus: Corpus, draw: random.Random, pair: Labelled) -> str:
    return compose(corpus, draw, corpus.articles[pair.new]["text"])


def read_examples(judged: list[Judged], neighbours: dict[str, str], rarity: Rarity) -> Read:
    """Measure judged pairs with the neighbours of their events, which include the pairs' own articles."""
    texts = dict(neighbours)
    for pair in judged:
        texts |= {pair.first_id: pair.first, pair.second_id: pair.second}
    around = Neighbourhood(texts, list(texts))
    around.ask(article_id for pair in judged for article_id in (pair.first_id, pair.second_id))
    asked = [Asked(pair.first_id, pair.second_id, around.of(pair.first_id, pair.second_id)) for pair in judged]
    return Read(
        measured(texts, asked, rarity),
        np.array([pair.derivation is not Derivation.NOT for pair in judged]),
        np.array(list(map(is_decidable, judged))),
        np.array([pair.confidence >= FIRM for pair in judged]),
        np.array([pair.fold for pair in judged]),
    )


def is_decidable(pair: Judged) -> bool:
    """Whether both texts are long enough for a report to decide."""
    return min(len(prepare(pair.first)), len(prepare(pair.second))) >= LEAST_WORDS


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
