"""The effect of reading compounds by the other text's words: on made-up rewrites, and on unrelated German articles."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.translated import load_translated
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.profiles.screening import similarity
from wirematch.matching.resources import default_comparer
from wirematch.models import Article

STORIES = Path(__file__).parents[2] / "tests" / "stories" / "compounds.json"
MOST_SIMILAR = 30
"""Number of other articles that each is compared with."""


def measure_compounds(folder: Path) -> dict[str, Any]:
    """Return probabilities without and with that reading, and the CPU time of both."""
    comparer = default_comparer()
    stories = json.loads(STORIES.read_text(encoding="utf-8"))
    return {
        "made up, without, with": {
            f"{language}, {kind}": _without_and_with(comparer, story[kind], story["wire"])
            for language, story in stories.items()
            for kind in ("rewrite", "independent", "unrelated")
        },
        "different German articles": _strangers(
            comparer, [" ".join(sentences) for sentences in load_translated(folder)["de"].values()]
        ),
    }


def _without_and_with(comparer: Comparer, submission: str, story: str) -> str:
    mine, theirs = (comparer.prepare(Article(body=body)) for body in (submission, story))
    [plain] = comparer.score_pairs_alone(mine, [theirs])
    [read] = comparer.score_pairs(mine, [theirs])
    return f"{plain.probability:.2f}, {read.probability:.2f}"


def _strangers(comparer: Comparer, bodies: Sequence[str]) -> dict[str, Any]:
    sides = [comparer.prepare(Article(id=str(number), body=body)) for number, body in enumerate(bodies)]
    outlines = [side.profile.outline for side in sides]
    changes: list[float] = []
    crossing = 0
    seconds = {False: 0.0, True: 0.0}
    for number, mine in enumerate(sides):
        alike = similarity(mine.profile.outline, outlines)
        alike[number] = -1
        others = [sides[place] for place in np.argsort(-alike, kind="stable")[:MOST_SIMILAR].tolist()]
        _scores(comparer, mine, others, read=False)  # warm up what measuring caches
        found = {}
        for read in (False, True):
            started = time.process_time()
            found[read] = _scores(comparer, mine, others, read=read)
            seconds[read] += time.process_time() - started
        for before, after in zip(found[False], found[True], strict=True):
            changes.append(after - before)
            crossing += before < comparer.model.threshold <= after
    return {
        "pairs": len(changes),
        "likelier": int(np.count_nonzero(changes)),
        "by at most": round(max(changes), 3),
        "derived for that": crossing,
        "ms a submission, without": round(seconds[False] / len(sides) * 1000, 2),
        "ms a submission, with": round(seconds[True] / len(sides) * 1000, 2),
    }


def _scores(comparer: Comparer, mine: PreparedArticle, others: list[PreparedArticle], *, read: bool) -> list[float]:
    if read:
        return [score.probability for score in comparer.score_pairs(mine, others)]
    scorer = comparer._scorer  # noqa: SLF001 - the same without the reading
    return [score.probability for score in scorer.score(mine, others, comparer.event(mine, others))]
