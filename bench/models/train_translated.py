"""Fit the stage for texts that are read in translation: ``matching/translated/model.json``.

Positive examples are articles translated by professionals and back to English by Apertium, whole, shortened, by halves
and reordered, and pairs that readers call derived. Negative examples are other stories, other outlets' reports on one
event, and pairs that readers call independent, with one text translated to Spanish and back, so that both kinds have an
engine's wording. Nothing of it is in the made-up events that ``bench translated`` checks.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.accuracy.translated import Texts, half_of, load_translated
from bench.data.corpus import load, load_judged
from wirematch.arrays import Flags, Floats64
from wirematch.matching.resources import default_comparer
from wirematch.matching.translated.pairs import LEAST_SHARE, NAMES, TranslatedModel, measure_translated
from wirematch.models import Article, Derivation
from wirematch.translation.composing import compose
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import Translator, best_route

LANGUAGES = ("es", "fr", "it")
FAMILIES = {"same_event_other_outlet_basil": 110, "ecb_same_event_other_outlet": 60}
WEIGHTS = {
    "whole": 0.6, "half": 1.0, "short": 0.6, "reordered": 0.7, "other": 0.3, "wholly_derived": 3.0,
    "partially_derived": 1.0, "non_derived": 3.0, "same_event_other_outlet_basil": 6.0,
    "ecb_same_event_other_outlet": 4.0, "cut": 2.0,
}  # fmt: skip
POSITIVE = frozenset({"whole", "half", "short", "reordered", "wholly_derived", "partially_derived"})
SHORT_WORDS = (60, 120)
"""Lengths to which negative pairs are also cut."""
INDEPENDENT_SHARE = 0.35
"""Share of the independent pairs that is used: Apertium would need minutes for all."""
READ_CHARACTERS = 4_000
FOLDS = 5
STRENGTH = 1.0
"""Inverse of the ridge penalty on standardised features."""
DECISION = 0.4
"""Threshold for texts that are not briefs. A lower one gains less on halves among other stories than it loses on
reports on one event: docs/adr/0043 has both."""


class Example(NamedTuple):
    """The features of a pair."""

    kind: str
    group: str
    """Examples of one group are in one fold."""
    features: list[float]
    share: float
    words: int


def train_translated(folder: Path, target: Path) -> dict[str, Any]:
    """Write the model to ``target``; return the shares called derived, by cross-validation over articles."""
    examples = asyncio.run(_examples(folder))
    rows = np.array([example.features for example in examples])
    derived = np.array([example.kind in POSITIVE for example in examples])
    weights = np.array([WEIGHTS["cut" if example.kind.startswith("cut ") else example.kind] for example in examples])
    found, intercept = fit(rows, derived, weights)
    content = {
        "weights": dict(zip(NAMES, found.round(4).tolist(), strict=True)),
        "intercept": round(intercept, 4),
        "decision": DECISION,
    }
    target.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    folds = np.array([zlib.crc32(example.group.encode()) % FOLDS for example in examples])
    model = TranslatedModel(tuple(found.tolist()), intercept, DECISION)
    bars = np.array([model.bar(example.words) for example in examples])
    said = np.zeros(len(examples), np.bool_)
    for fold in range(FOLDS):
        rest = folds != fold
        some, start = fit(rows[rest], derived[rest], weights[rest])
        said[~rest] = 1 / (1 + np.exp(-(rows[~rest] @ some + start))) >= bars[~rest]
    said &= np.array([example.share >= LEAST_SHARE for example in examples])
    kinds = dict.fromkeys(example.kind for example in examples)
    return content | {"derived": {kind: _share(said, [one.kind == kind for one in examples]) for kind in kinds}}


def _share(said: Flags, chosen: Sequence[bool]) -> dict[str, float]:
    return {"share": round(float(said[np.array(chosen)].mean()), 4), "n": sum(chosen)}


def fit(rows: Floats64, derived: Flags, weights: Floats64) -> tuple[Floats64, float]:
    """Fit a logistic regression on standardised features by Newton's method; return weights of the raw features."""
    means, scales = rows.mean(axis=0), rows.std(axis=0)
    inputs = np.hstack(((rows - means) / scales, np.ones((len(rows), 1))))
    penalty = np.append(np.full(rows.shape[1], 1 / STRENGTH), 0.0)
    found = np.zeros(inputs.shape[1])
    for _ in range(50):
        said = 1 / (1 + np.exp(-inputs @ found))
        slope = inputs.T @ (weights * (said - derived)) + penalty * found
        curve = (inputs * (weights * said * (1 - said))[:, None]).T @ inputs + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    slopes: Floats64 = found[:-1] / scales
    return slopes, float(found[-1] - slopes @ means)


async def _examples(folder: Path) -> list[Example]:
    translators = await compose(TranslationSettings(engines=("apertium",), deadline_seconds=120))
    try:
        texts = load_translated(folder)
        examples: list[Example] = []
        for language in LANGUAGES:
            read = {key: await _translated(translators, said, language) for key, said in texts[language].items()}
            examples += _of_articles(read, texts["en"])
        return [*examples, *[example async for example in _of_pairs(folder, translators)]]
    finally:
        for translator in translators:
            await translator.close()


async def _translated(
    translators: Sequence[Translator], sentences: Sequence[str], source: str, target: str = "en"
) -> list[str]:
    chosen = best_route(translators, source, target)
    if chosen is None:
        raise RuntimeError(f"no engine here translates from {source} to {target}")
    return await chosen.translator.translate(sentences, chosen.route)


def _of_articles(read: Texts, english: Texts) -> Iterator[Example]:
    chance = random.Random(5)
    keys = list(read)
    for number, (key, sentences) in enumerate(read.items()):
        original = english[key]
        yield _example("whole", key, " ".join(sentences), original)
        yield _example("half", key, half_of(read, key, keys, chance), original)
        yield _example("other", key, " ".join(sentences), english[chance.choice([one for one in keys if one != key])])
        count = chance.choice((4, 5, 6, 7))
        if len(sentences) >= count:
            yield _example("short", key, " ".join(sentences[:count]), original[:count])
        if number % 3 == 0 and len(sentences) >= 8:
            blocks = [sentences[first : first + 3] for first in range(0, len(sentences), 3)]
            chance.shuffle(blocks)
            kept = blocks[: max(2, len(blocks) * 3 // 4)]
            yield _example("reordered", key, " ".join(one for block in kept for one in block), original)


async def _of_pairs(folder: Path, translators: Sequence[Translator]) -> AsyncIterator[Example]:
    """Yield pairs of English articles, the first of each translated to Spanish and back."""
    corpus = load(folder)
    chance = random.Random(3)
    drawn = []
    for family, most in FAMILIES.items():
        every = [pair for pair in corpus.scored if pair.family == family]
        drawn += chance.sample(every, min(most, len(every)))
    pairs = [(one.family, corpus.articles[one.new]["text"], corpus.articles[one.source]["text"]) for one in drawn]
    pairs += [
        (str(one.derivation.value), one.first, one.second)
        for one in load_judged(folder)
        if one.derivation is not Derivation.NOT or chance.random() < INDEPENDENT_SHARE
    ]
    for kind, first, second in pairs:
        sentences = _sentences(first[:READ_CHARACTERS])
        spanish = await _translated(translators, sentences, "en", "es")
        worded = await _translated(translators, spanish, "es")
        yield _example(kind, first[:50], " ".join(worded), [second])
        if kind not in POSITIVE:
            for words in SHORT_WORDS:
                yield _example(f"cut {kind}", first[:50], _cut(worded, words), [_cut(_sentences(second), words)])


def _sentences(text: str) -> list[str]:
    return [" ".join(one.split()) for one in re.split(r"(?<=[.!?])\s+|\n+", text) if one.strip()]


def _cut(sentences: Iterable[str], words: int) -> str:
    """Return the first sentences, up to about ``words`` words."""
    kept: list[str] = []
    for sentence in sentences:
        if sum(len(one.split()) for one in kept) >= words:
            break
        kept.append(sentence)
    return " ".join(kept)


def _example(kind: str, group: str, text: str, original: Sequence[str]) -> Example:
    comparer = default_comparer()
    mine, theirs = comparer.prepare(Article(body=text)), comparer.prepare(Article(body=" ".join(original)))
    [score] = comparer.score_pairs_alone(mine, [theirs])
    measured = measure_translated(mine.profile, theirs.profile, score)
    return Example(kind, group, measured.features, measured.share, measured.words)
