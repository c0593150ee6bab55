"""Parts: for two texts not derived as a whole, the stretches in which each tells what the other tells.

Parts of all of a submission's doubtful pairs are searched at once. Boilerplate, which many others hold, is no part; it
is ruled out before anything is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from wirematch.arrays import Floats64
from wirematch.cancellation import safepoint
from wirematch.kernels.scoring import parts as compiled
from wirematch.kernels.scoring.parts import AskedOfKernel, PartRules
from wirematch.matching.neighbours.event import RULES as EVENT_RULES
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.features import FeatureColumns, cuts_of
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import MOST_SENTENCES
from wirematch.matching.topic import RULES as TOPIC_RULES
from wirematch.matching.topic import Stretches, as_stretch, part_of, stretches

LEAST_WITH_PART = 0.015
"""Probability of the whole pair below which no part is searched; 1 in 25 of the parts to be found lies lower."""
MOST_SHARED_WITH_OTHERS = 0.2
"""Largest share of the phrases common to both parts that others may hold: beyond, it is a formula or a footer."""


@dataclass(frozen=True, slots=True)
class PartBounds:
    """Requirements on a part that is called derived where the whole is not."""

    words: int
    """Least length of the shorter side."""
    probability: float
    """Least probability, ..."""
    coverage: float
    """... and least share of the shorter side that lies in passages."""


PART_DECISION = 0.5
"""Least probability of a part that is called derived."""
BOUNDS = PartBounds(words=0, probability=PART_DECISION, coverage=0.35)
WITHOUT_OWN_WORDS = PartBounds(words=80, probability=0.6, coverage=0.5)
"""Bounds if the two share no phrase of their own, often because a quotation mark is never closed: nothing else tells
such a part from page furniture."""


@dataclass(frozen=True, slots=True, eq=False)
class DoubtfulPair:
    """A pair that is not derived as a whole, with its event."""

    pair: Pair
    event: Event
    in_event: np.void
    """Event facts of the pair: a record of ``PAIR``."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundPart:
    """A part worth asking the model about."""

    stretches: Stretches
    bounds: PartBounds
    features: Floats64
    """One row of features."""


def find_parts(doubtful: Sequence[DoubtfulPair], columns: FeatureColumns, rarity: Rarity) -> list[FoundPart | None]:
    """Return the part of each pair, in order; None where there is none."""
    found: list[FoundPart | None] = []
    cuts = cuts_of([(one.pair.submission, one.pair.story) for one in doubtful])
    for start, end in pairwise(cuts):
        safepoint()
        some = doubtful[start:end]
        compiled_parts = _find_compiled(some, columns)
        found += find_parts_in_python(some, columns, rarity) if compiled_parts is None else compiled_parts
    return found


def find_parts_in_python(
    doubtful: Sequence[DoubtfulPair], columns: FeatureColumns, rarity: Rarity
) -> list[FoundPart | None]:
    """Reference implementation of the kernel."""
    return [_find_one(one, stretches(one.pair), columns, rarity) for one in doubtful]


def _find_one(one: DoubtfulPair, found: Stretches, columns: FeatureColumns, rarity: Rarity) -> FoundPart | None:
    if found == (None, None):
        return None
    part = part_of(one.pair, found, one.event, rarity)
    in_event, shared_with_others = one.event.of_parts(one.pair.story, part.submission, part.story)
    bounds = WITHOUT_OWN_WORDS if shared_with_others is None else BOUNDS
    if (shared_with_others or 0) > MOST_SHARED_WITH_OTHERS or min(len(part.submission), len(part.story)) < bounds.words:
        return None
    [row] = columns.of([(part.submission, part.story)], in_event)
    return FoundPart(found, bounds, row)


def _find_compiled(doubtful: Sequence[DoubtfulPair], columns: FeatureColumns) -> list[FoundPart | None] | None:
    asked = [known for known in map(_for_kernel, doubtful) if known is not None]
    answer = compiled.parts(asked, part_rules(columns)) if asked and len(asked) == len(doubtful) else None
    if answer is None:
        return None
    records, rows = answer
    return [found_part(record, row) for record, row in zip(records, rows, strict=True)]


def found_part(record: np.void, row: Floats64) -> FoundPart | None:
    """Decode a part found by the kernel; None if it was not worth measuring."""
    if not record["measured"]:
        return None
    one, other = record["stretches"].tolist()
    return FoundPart(
        (as_stretch(one), as_stretch(other)), WITHOUT_OWN_WORDS if record["shared_with_others"] < 0 else BOUNDS, row
    )


def _for_kernel(one: DoubtfulPair) -> AskedOfKernel | None:
    """None without compiled kernels."""
    submission, story, table = one.pair.submission, one.pair.story, one.event.table
    if submission.form is None or story.form is None or table is None:
        return None
    mine, theirs = submission.measured, story.measured
    if mine is None or theirs is None:
        return None
    return AskedOfKernel(submission.form, story.form, mine, theirs, table, int(one.in_event["close"]))


@lru_cache(maxsize=8)
def part_rules(columns: FeatureColumns) -> PartRules:
    """Rules for the compiled kernel."""
    return PartRules(
        TOPIC_RULES,
        EVENT_RULES,
        columns.rules,
        most_shared_with_others=MOST_SHARED_WITH_OTHERS,
        least_without_own=WITHOUT_OWN_WORDS.words,
        most_sentences=MOST_SENTENCES,
    )
