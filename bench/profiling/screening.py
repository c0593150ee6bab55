"""The cost of screening before measuring: derived pairs that it passes over, and those that measuring would find."""

from __future__ import annotations

from typing import Any

from rich.progress import track

from bench.data.corpus import Corpus, Labelled
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.profiles.screening import WORTH_MEASURING, similarity
from wirematch.matching.resources import default_comparer
from wirematch.models import Article


def measure_screen(corpus: Corpus) -> dict[str, Any]:
    """Screen the mined pairs outside the test split; a single candidate is measured even below the screen."""
    comparer = default_comparer()
    pairs = [pair for pair in corpus.scored if not corpus.is_test(pair)]
    found = [(pair.positive, *_screened(corpus, comparer, pair)) for pair in track(pairs, "screening", transient=True)]
    derived = [row[1:] for row in found if row[0]]
    below = [called for passed_over, called in derived if passed_over]
    return {
        "derived pairs": len(derived),
        "passed over, of 1,000": round(1000 * len(below) / len(derived), 2),
        "found by measuring them, of 1,000": round(1000 * sum(below) / len(derived), 2),
        "other pairs passed over": round(_share([row[1] for row in found if not row[0]]), 3),
    }


def _screened(corpus: Corpus, comparer: Comparer, pair: Labelled) -> tuple[bool, bool]:
    """Return whether the screen passes a pair over, and whether measuring would call it derived."""
    one, other = (_side(corpus, comparer, article_id) for article_id in (pair.new, pair.source))
    [alike] = similarity(one.profile.outline, [other.profile.outline])
    if alike >= WORTH_MEASURING:
        return False, False
    [score] = comparer.score_pairs(one, [other])
    return True, score.derived


def _side(corpus: Corpus, comparer: Comparer, article_id: str) -> PreparedArticle:
    return comparer.prepare(Article(id=article_id, body=corpus.articles[article_id]["text"]))


def _share(flags: list[bool]) -> float:
    return sum(flags) / max(1, len(flags))
