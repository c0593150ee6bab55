"""Fresh pairs, which two readers labelled without knowing of each other.

``fresh_pairs.tsv`` has the pairs that ``bench fresh-pairs`` chose (``bench/fresh.py`` says how): the number of the set,
ids of both articles, the judged event that they are on or near, and of each reader the label and the confidence. The
texts are in the folder.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import xxhash

from bench.data import JUDGED_FOLDS, Judged, load_neighbours
from wirematch.models import Derivation

LABELS = "fresh_pairs.tsv"
GUESS = 1


@dataclass(frozen=True, slots=True)
class TwiceRead:
    """A pair as the first reader labelled it, with the lower confidence of both, a guess where their labels differ."""

    pair: Judged
    other: Derivation
    """The second reader's label."""
    number: int = 1
    """Of the set that the pair was chosen for, counted in the order in which sets were read."""


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
    return TwiceRead(pair, other, int(row["set"]))
