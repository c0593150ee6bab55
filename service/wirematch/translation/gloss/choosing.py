"""Choose among a word's translations."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping

from rapidfuzz.distance import JaroWinkler

from wirematch.text.english import FUNCTION_WORDS, stem
from wirematch.text.frequencies import english_story_counts

_WORD = re.compile(r"[^\W_]+")


def commonness(translation: str) -> float | None:
    """Return the geometric mean of the numbers of stories that contain each content word; None without any."""
    words = [word.lower() for word in _WORD.findall(translation)]
    stories = english_story_counts().of_stem
    counts = [stories.get(stem(word), 0) for word in words if word not in FUNCTION_WORDS]
    return math.prod(count + 1.0 for count in counts) ** (1 / len(counts)) if counts else None


# Tuned on professionally translated news, so that glosses come closest to the translators' words.
COMMONNESS_POWER = 0.3
WEIGHT_POWER = 0.7
LENGTH_POWER = 1.5
NO_SUBJECT = 150.0
"""How common a translation of function words only counts as, for a content word."""
COGNATE_BONUS = 5.0
"""Maximum factor for a translation that resembles the word: news has many words from Latin and Greek."""
SHORTEST_COGNATE = 6
"""In letters; short words that look alike often differ in meaning: "Art", "Fall", "Land"."""
LEAST_LIKENESS = 0.8
_SPELLED = str.maketrans({"k": "c", "z": "c", "j": "y", "w": "v", "ß": "ss"})


def best_sense(senses: Mapping[str, float], like: str, *, function_word: bool) -> str | None:
    """Return the best translation of the word ``like``: common in news, favoured by the dictionary, or similar in form.

    The translation of a function word should be one, too, and that of a content word should not.
    """
    best, highest = None, -1.0
    for translation, weight in senses.items():
        common = commonness(translation)
        if function_word:
            worth = weight * (1000.0 if common is None else 1.0)
        else:
            worth = (
                weight**WEIGHT_POWER
                * (NO_SUBJECT if common is None else common) ** COMMONNESS_POWER
                * (1 + COGNATE_BONUS * cognate_similarity(like, translation))
            )
        worth /= (1 + translation.count(" ")) ** LENGTH_POWER
        if worth > highest:
            best, highest = translation, worth
    return best


def cognate_similarity(word: str, translation: str) -> float:
    """Return how similar two words of different languages look, from 0 to 1 (Winkler 1990)."""
    if len(word) < SHORTEST_COGNATE:
        return 0.0
    alike = JaroWinkler.similarity(_plain(word), _plain(translation))
    return max(0.0, (alike - LEAST_LIKENESS) / (1 - LEAST_LIKENESS))


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.lower()).translate(_SPELLED)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
