"""How common English words are in news: of several translations, the commonest is most often the right one."""

from __future__ import annotations

import math
import re

from wirematch.text.english import FUNCTION_WORDS, stem
from wirematch.text.frequencies import english_story_counts

_WORD = re.compile(r"[^\W_]+")


def commonness(translation: str) -> float | None:
    """In how many news stories of the table its content words stand, their geometric mean; None if it has none."""
    words = [word.lower() for word in _WORD.findall(translation)]
    stories = english_story_counts().of_stem
    counts = [stories.get(stem(word), 0) for word in words if word not in FUNCTION_WORDS]
    return math.prod(count + 1.0 for count in counts) ** (1 / len(counts)) if counts else None
