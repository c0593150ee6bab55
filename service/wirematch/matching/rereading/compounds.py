"""Read compounds in the light of another text: one word here and separate words there can be the same.

``Regierungschef`` and ``Chef der Regierung`` have no word in common. If all parts of a compound are words of the other
text and the compound itself is not, it is read as these words, in its place. A rewrite that splits or joins words thus
keeps what it shares with its source; texts without such words are unchanged.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from wirematch.matching.rereading.reread import reread
from wirematch.text.languages.compounding import COMPOUNDING, LONGEST_COMPOUND, CompoundParts
from wirematch.text.languages.language import Language
from wirematch.text.normalize import normalize
from wirematch.text.prepared import PreparedText

MOST_SPLIT = 8
"""Most similar candidates that are read again, if they have such words."""
DOUBTFUL = 0.05, 0.95
"""Range of probabilities that rereading may turn; for a free German rewrite, 0.32 became 0.76."""
MOST_WORDS = 6_000
"""Longer texts are left as they are."""

MOST_TRIED = 1_000
"""Distinct words of a text that are tried; an article of 2,000 words has fewer."""
LONGEST_WRITTEN = 3 * LONGEST_COMPOUND
"""Characters of a word as submitted, whose letters may have several each: a letter and its marks."""


def may_be_split(mine: PreparedText, other: PreparedText) -> bool:
    """Whether both texts are in the same compounding language and short enough."""
    return mine.language in COMPOUNDING and mine.language == other.language and max(len(mine), len(other)) <= MOST_WORDS


def split_compounds(text: PreparedText, body: str, other: PreparedText) -> PreparedText:
    """Return ``text`` with its compounds split into words of ``other``; ``text`` itself if it has none.

    Offsets are into ``body``, whose letters are read, because stemming drops leading letters in some languages.
    """
    compounding = COMPOUNDING[text.language]
    places: dict[str, int] = {}
    for place in np.flatnonzero(other.content & ~other.numbers).tolist():
        places.setdefault(other.terms[place], place)
    parts = CompoundParts(compounding, places)
    known: dict[str, list[tuple[str, int]] | None] = dict.fromkeys(places)
    first, theirs, starts, ends = [], [], [], []
    may_be_one = text.content & (text.ends - text.starts <= LONGEST_WRITTEN)
    edges = zip(text.terms, may_be_one.tolist(), text.starts.tolist(), text.ends.tolist(), strict=True)
    for place, (term, content, start, end) in enumerate(edges):
        if content and term not in known and len(known) < len(places) + MOST_TRIED:
            known[term] = parts.of(compounding.language.spell(normalize(body[start:end]).text))
        found = known.get(term) if content else None
        at, taken = start, 0
        for number, (part, letters) in enumerate(found or [("", 0)]):
            taken += letters
            is_last = found is None or number == len(found) - 1
            stop = end if is_last else min(start + _characters(compounding.language, body[start:end], taken), end - 1)
            first.append(place)
            theirs.append(places.get(part, -1))
            starts.append(at)
            ends.append(stop)
            at = stop
    if len(first) == len(text):
        return text
    return reread(text, other, np.array(first), np.array(theirs), (starts, ends))


def _characters(language: Language, word: str, letters: int) -> int:
    """Return how many characters of a word its first ``letters`` are in unified spelling, which is often shorter."""

    def letters_of(end: int) -> int:
        return len(language.spell(normalize(word[:end]).text)) if end else 0

    return bisect_right(range(len(word) + 1), letters, key=letters_of) - 1
