"""Articles composed of several stories: is each story given its share?"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from bench.data.corpus import Corpus, Labelled
from wirematch.matching.judge import judge
from wirematch.matching.resources import default_comparer
from wirematch.models import Article

COMPOSITES = 150
WHOLLY_TAKEN = (
    "reuters_identical", "reuters_near_copy", "ose_rewrite_int", "llm_sheepdog_llm_reframe_neutral",
    "llm_sheepdog_llm_reframe_objective",
)  # fmt: skip
"""Families whose new text derives from its source as a whole, so that the true shares are known."""
LEAST_PART, LONGEST_PART = 80, 220


def measure_composites(corpus: Corpus) -> dict[str, Any]:
    """Return the mean absolute error, over test pairs, of the shares of two or three stories and of the rest."""
    draw = random.Random(1)
    pairs = [pair for pair in corpus.scored if pair.family in WHOLLY_TAKEN and corpus.is_test(pair)]
    errors = [error for _ in range(COMPOSITES) for error in _errors(corpus, draw, pairs)]
    return {"composites": COMPOSITES, "mean_absolute_error": round(float(np.mean(errors)), 4)}


def _errors(corpus: Corpus, draw: random.Random, pairs: list[Labelled]) -> list[float]:
    chosen = draw.sample(pairs, draw.choice((2, 3)))
    if len({corpus.chains[pair.source] for pair in chosen}) < len(chosen):
        return []
    parts = [opening(corpus.articles[pair.new]["text"], draw) for pair in chosen]
    own = opening(draw.choice(corpus.background)["text"], draw)
    order = [*parts, own]
    draw.shuffle(order)
    comparer = default_comparer()
    total = sum(len(part.split()) for part in order)
    stories = [Article(id=pair.source, body=corpus.articles[pair.source]["text"]) for pair in chosen]
    submission = comparer.prepare(Article(body="\n\n".join(order)))
    verdict = judge(comparer, submission, map(comparer.prepare, stories), include_related=False, limit=10)
    given = {story.id: story.share for story in verdict.attribution.stories}
    errors = [
        abs(given.get(pair.source, 0.0) - len(part.split()) / total) for pair, part in zip(chosen, parts, strict=True)
    ]
    return [*errors, abs(verdict.attribution.original - len(own.split()) / total)]


def compose(corpus: Corpus, draw: random.Random, body: str) -> str:
    """Return the opening of ``body`` and those of one or two unrelated stories, in random order."""
    parts = [body, *(row["text"] for row in draw.sample(corpus.background, draw.choice((1, 2))))]
    draw.shuffle(parts)
    return "\n\n".join(opening(part, draw) for part in parts)


def opening(body: str, draw: random.Random) -> str:
    """Return the first paragraphs, or in a text of one paragraph the first words, of about a random length."""
    most = draw.randint(LEAST_PART, LONGEST_PART)
    taken: list[str] = []
    for paragraph in body.split("\n"):
        if sum(len(part.split()) for part in taken) >= most:
            break
        taken.append(" ".join(paragraph.split()[:most]))
    return "\n".join(taken)
