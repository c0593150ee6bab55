"""Copies, rewrites and excerpts of made-up stories, spelled in other ways than the stored story."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.data.spellings import SPELLINGS, as_stored
from wirematch.detection.detector import Detector
from wirematch.models import Article, Filters, Report

STORIES = Path(__file__).parents[2] / "tests" / "stories" / "languages"
EXCERPT_WORDS, EXCERPT_CHARACTERS = 30, 60
"""Length of an excerpt, with and without spaces between words."""
UNSPACED = frozenset({"ja", "th", "zh"})


async def measure_spellings(detector: Detector, only: tuple[str, ...]) -> dict[str, Any]:
    """Store each wire story as it is, and check its copy, rewrite and excerpt in each spelling.

    A row has for each what was decided, the probability and the share of the submission in passages of the story;
    ``-`` stands for a story that is not named.
    """
    stories = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(STORIES.glob("*.json"))}
    await detector.add_many(
        [Article(id=f"{code}-spelled", source="Stored", body=story["wire"]) for code, story in stories.items()],
        decide=False,
    )
    figures: dict[str, Any] = {}
    for code, story in stories.items():
        for name, spelling in {"as stored": as_stored, **SPELLINGS[code]}.items():
            if f"{code}, {name}".startswith(only):
                texts = {"copy": story["wire"], "rewrite": story["rewrite"], "excerpt": excerpted(code, story)}
                figures[f"{code}, {name}"] = {
                    kind: _told(await detector.check(Article(body=spelling(text)), Filters(limit=100)), code)
                    for kind, text in texts.items()
                }
    return figures


def _told(report: Report, code: str) -> str:
    right = next((match for match in report.matches if (match.id or "").startswith(f"{code}-")), None)
    if right is None:
        return f"{report.decision} -"
    return f"{report.decision} {right.probability:.2f} {right.coverage.submission:.2f}"


def excerpted(code: str, story: dict[str, str]) -> str:
    """The unrelated story with words in a row of the wire story in its middle."""
    told, _, rest = story["unrelated"].partition("\n\n")
    body = story["wire"].partition(" - ")[2] or story["wire"]
    taken = body[:EXCERPT_CHARACTERS] if code in UNSPACED else " ".join(body.split()[:EXCERPT_WORDS])
    return f"{told}\n\n{taken}\n\n{rest}"
