"""What is computed for all thresholds at once equals comparing at each threshold."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from wirematch.matching.compare import Comparer
from wirematch.matching.model.tuned import AS_SHIPPED, Recalibration, TunedModel, Tuning
from wirematch.matching.resources import comparer_with, default_comparer, model_digest
from wirematch.models import Article, Derivation
from wirematch.tuning.measures import Measures, measure

STORIES = Path(__file__).parents[3] / "demo" / "stories"
LANGUAGES = Path(__file__).parents[2] / "stories" / "languages"
THRESHOLDS = (0.02, 0.2, 0.41, 0.6, 0.7, 0.9, 0.97)


def bodies() -> list[tuple[Article, Article]]:
    """Rewrites, excerpts, independent reports and unrelated texts, in English and other languages, and a composite."""
    stories = [
        {file.stem: json.loads(file.read_bytes())["body"] for file in folder.glob("*.json")}
        for folder in sorted(STORIES.iterdir())
    ]
    pairs = [(story[kind], story["wire"]) for story in stories for kind in story if kind != "wire"]
    pairs += [(one["rewrite"], other["wire"]) for one, other in pairwise(stories)]
    others = [story["independent"] for story in stories[1:]]
    pairs.append(("\n\n".join([*others, stories[0]["rewrite"]]), stories[0]["wire"]))
    for language in ("de", "pl", "tr"):
        told = json.loads((LANGUAGES / f"{language}.json").read_bytes())
        pairs += [(told[kind], told["wire"]) for kind in told if kind != "wire"]
    return [(Article(body=one), Article(body=other)) for one, other in pairs]


@pytest.mark.parametrize("recalibration", [AS_SHIPPED, Recalibration(0.8, 0.5)], ids=["shipped", "tuned"])
def test_standings_are_what_comparing_says_at_each_threshold(recalibration):
    usual, pairs = default_comparer(), bodies()
    found = [(pair, measure(usual, *pair)) for pair in pairs]
    kept = [(pair, one) for pair, one in found if one is not None]
    measures = Measures.of([one for _, one in kept], [True] * len(kept), ["one"] * len(kept))
    scores = measures.scores(recalibration)

    assert len(kept) > 25
    assert np.isfinite(measures.part).any()
    for threshold in THRESHOLDS:
        comparer = Comparer(TunedModel(usual.model, threshold, recalibration), usual.rarity, usual.agencies)
        said = [comparer.compare_articles(*pair).derivation is not Derivation.NOT for pair, _ in kept]
        assert (scores >= threshold).tolist() == said


def test_short_texts_are_left_out(bridge):
    wire = Article.model_validate(bridge["wire"])

    assert measure(default_comparer(), Article(body=" ".join(wire.body.split()[:40])), wire) is None
    assert measure(default_comparer(), wire, wire) is not None


def test_contributions_of_a_tuned_model_add_up_to_its_odds(bridge):
    usual = default_comparer()
    model = TunedModel(usual.model, 0.5, Recalibration(0.7, -0.4))
    comparer = Comparer(model, usual.rarity)
    sides = [comparer.prepare(Article.model_validate(bridge[name])) for name in ("rewrite", "wire")]
    [score] = comparer.score_pairs(sides[0], sides[1:])
    assert score.features is not None
    features = dict(zip(model.names, score.features.tolist(), strict=True))
    odds = sum(model.contributions(features).values())

    assert 1 / (1 + np.exp(-odds)) == pytest.approx(score.probability)


def test_a_tuning_counts_and_a_threshold_counts_before_it():
    tuning = Tuning(model=model_digest(), threshold=0.3, slope=0.9, pairs=120, made_by="a test")

    assert comparer_with(None, tuning).model.threshold == 0.3
    assert comparer_with(None, tuning, 0.6).model.threshold == 0.6
    assert comparer_with(None).model is default_comparer().model


def test_a_tuning_of_another_model_is_refused():
    with pytest.raises(ValueError, match="run 'wirematch tune' again"):
        comparer_with(None, Tuning(model="of another release", threshold=0.3, pairs=120, made_by="a test"))
