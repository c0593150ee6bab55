"""Read compounds beside another text: what one writes as one word, and the other in parts, is told to be the same.

``Regierungschef`` and ``Chef der Regierung`` have no word in common. Where all parts of a compound are words of the
other text, and the compound itself is none, it is read as these words, in its own place. So a rewrite that parts or
joins words keeps what it has in common with its source, and nothing changes for texts that have no such words.
"""

from __future__ import annotations

import numpy as np

from wirematch.matching.rereading.rereading import reread
from wirematch.text.languages.compounding import COMPOUNDING, CompoundParts
from wirematch.text.normalize import normalize
from wirematch.text.prepared import PreparedText

MOST_PARTED = 8
"""The likest so many candidates are read again, if they have such words."""
DOUBTFUL = 0.05, 0.95
"""Probabilities between which this may turn a decision; of a free German rewrite it made 0.32 into 0.76."""
MOST_WORDS = 6_000
"""Longer texts are left as they are."""

MOST_TRIED = 1_000
"""Different words of a text that are tried; an article of 2,000 words has fewer."""


def may_be_parted(mine: PreparedText, other: PreparedText) -> bool:
    """Whether both are in a language that joins words, and no longer than is looked at."""
    return mine.language in COMPOUNDING and mine.language == other.language and max(len(mine), len(other)) <= MOST_WORDS


def part_compounds(text: PreparedText, body: str, other: PreparedText) -> PreparedText:
    """``text`` with its compounds as the words of ``other`` that they are joined of; itself where there are none.

    Offsets stay those of ``body``, whose letters are read: stems of some languages lose letters at the front, too.
    """
    compounding = COMPOUNDING[text.language]
    places: dict[str, int] = {}
    for place in np.flatnonzero(other.content & ~other.numbers).tolist():
        places.setdefault(other.terms[place], place)
    parts = CompoundParts(compounding, places)
    known: dict[str, list[tuple[str, int]] | None] = dict.fromkeys(places)
    first, theirs, starts, ends = [], [], [], []
    edges = zip(text.terms, text.content.tolist(), text.starts.tolist(), text.ends.tolist(), strict=True)
    for place, (term, content, start, end) in enumerate(edges):
        if content and term not in known and len(known) < len(places) + MOST_TRIED:
            known[term] = parts.of(compounding.language.spell(normalize(body[start:end]).text))
        found = known.get(term) if content else None
        at = start
        for number, (part, letters) in enumerate(found or [("", 0)]):
            is_last = found is None or number == len(found) - 1
            stop = end if is_last else min(at + letters, end - 1)
            first.append(place)
            theirs.append(places.get(part, -1))
            starts.append(at)
            ends.append(stop)
            at = stop
    if len(first) == len(text):
        return text
    return reread(text, other, np.array(first), np.array(theirs), (starts, ends))
