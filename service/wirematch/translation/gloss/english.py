"""The frequency of English words in news: of several translations, the most common is usually right."""

from __future__ import annotations

import math
import re

from wirematch.text.english import FUNCTION_WORDS, stem
from wirematch.text.frequencies import english_story_counts

_WORD = re.compile(r"[^\W_]+")


def commonness(translation: str) -> float | None:
    """Return the geometric mean of the numbers of stories that contain each content word; None without any."""
    words = [word.lower() for word in _WORD.findall(translation)]
    stories = english_story_counts().of_stem
    counts = [stories.get(stem(word), 0) for word in words if word not in FUNCTION_WORDS]
    return math.prod(count + 1.0 for count in counts) ** (1 / len(counts)) if counts else None
