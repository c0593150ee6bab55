"""How common English words are in news: of several translations, the commonest is most often the right one."""

from __future__ import annotations

import math
import re
from functools import cache
from importlib.resources import files

from wirematch.matching.resources import FREQUENCIES_FILE
from wirematch.text.english import FUNCTION_WORDS, stem

_WORD = re.compile(r"[^\W_]+")


@cache
def _counts() -> dict[str, int]:
    rows = (files("wirematch.matching") / FREQUENCIES_FILE).read_text(encoding="utf-8").splitlines()[1:]
    return {word: int(count) for word, _, count in (row.partition("\t") for row in rows)}


def commonness(translation: str) -> float | None:
    """In how many news stories of the table its content words stand, their geometric mean; None if it has none."""
    words = [word.lower() for word in _WORD.findall(translation)]
    counts = [_counts().get(stem(word), 0) for word in words if word not in FUNCTION_WORDS]
    return math.prod(count + 1.0 for count in counts) ** (1 / len(counts)) if counts else None
