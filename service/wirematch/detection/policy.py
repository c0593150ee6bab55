"""What is compared and what is not: every threshold before a comparison, shared by the service and the Spark job.

Pure functions. Comparing two texts takes milliseconds, telling that they share too little takes microseconds, so three
sieves stand before a comparison: the buckets, the ranking score, and the share of common shingles
(docs/adr/0007-sieves-before-comparison.md has the loss of each).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wirematch.fingerprint.imprinting import is_of
from wirematch.fingerprint.minhash import Fingerprint
from wirematch.fingerprint.overlap import overlaps
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import VALUES, sizes_of, sketch_of, sketch_overlaps
from wirematch.matching.undecided import LEAST_WORDS
from wirematch.models import Article, Decision, Relation

LEAST_BUCKETS = 1.5
"""Least ranking score of a candidate, in units of a bucket that the submission shares with a single story."""
FEW = 4
"""Number of submissions up to which steps of some 30 µs each run in the event loop, as going to a thread and back takes
longer."""
PROMISING_BUCKETS = 4.0
"""As LEAST_BUCKETS: the score from which on a submission is prepared before the sieve has finished."""
LARGE_INDEX = 1_000
"""Stored articles from which on ranking scores are distinct enough for LEAST_BUCKETS to apply."""
LEAST_OVERLAP = 0.08
"""Least share of the smaller text's shingles that a candidate must have in common with the submission."""
SHORT, SECOND_LOOK = 160, 4
"""If the smaller text has at most SHORT shingles, how many are shared is a matter of chance: the SECOND_LOOK best
candidates are compared regardless (docs/adr/0040-compare-first-four-of-short-texts.md)."""
STANDING_OUT = 1.75
"""As LEAST_BUCKETS: the score from which on a candidate stands out."""
LONGEST_LOOKING_CLOSER = 200
"""Shingles, some 370 words, up to which a text for which nothing stands out takes a closer look
(docs/adr/0079-closer-look-at-short-texts.md)."""
MOST_BY_CHANCE = 0.02
"""Largest share of a text's upper halves that another has by chance for sketches to decide; a text of 1,300 shingles
reaches it. Beyond it, the shingles themselves are compared."""
CERTAINLY_ENOUGH_WORDS = 4 * LEAST_WORDS
"""Words of a raw text from which on cleaning is sure to leave LEAST_WORDS, so it can be decided unprepared."""
PROBABILITY_MARGIN = 0.1
"""How far below the best match's probability another match may lie and still name the original."""
WHOLLY_DERIVED = frozenset({Relation.COPY, Relation.REWRITE})
"""Relations that put an article into the cluster of its source."""

DERIVED_DECISIONS = frozenset({Decision.DUPLICATE, Decision.REWRITE, Decision.PARTIAL})
"""Decisions that name an original."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """How closely a submission looks at its candidates."""

    candidates: int
    """Best candidates that are looked at whatever their scores."""
    least_overlap: float
    """Least share of the smaller text's shingles that a candidate must have in common with the submission."""


USUAL = Closeness(candidates=SECOND_LOOK, least_overlap=LEAST_OVERLAP)
CLOSER = Closeness(candidates=32, least_overlap=0.03)


def closeness_for(ranking: Ranking, documents: int, shingles: int) -> Closeness:
    """Return how closely a text of so many shingles looks at its candidates in an index of ``documents`` articles.

    Closer than usual if the text is short and nothing stands out: no candidate reaches STANDING_OUT, and fewer than
    SECOND_LOOK reach LEAST_BUCKETS. Few rewrites are like that, but they are most of those that would be missed.
    """
    if shingles > LONGEST_LOOKING_CLOSER or documents < LARGE_INDEX:
        return USUAL
    bucket = math.log1p(documents)
    stands_out = len(ranking.best(1, STANDING_OUT * bucket)) > 0
    several = len(ranking.best(SECOND_LOOK, LEAST_BUCKETS * bucket)) == SECOND_LOOK
    return USUAL if stands_out or several else CLOSER


def plausible(ranking: Ranking, documents: int, limit: int, closeness: Closeness = USUAL) -> Ranking:
    """Return the best ``limit`` candidates whose scores suffice for an index of ``documents`` articles.

    As many as ``closeness`` says are included whatever their scores.
    """
    least = LEAST_BUCKETS * math.log1p(documents) if documents >= LARGE_INDEX else 0.0
    found = ranking.best(limit, least)
    return found if len(found) >= closeness.candidates else ranking.best(min(limit, closeness.candidates))


def promising(ranking: Ranking, documents: int) -> bool:
    """Whether the best candidate shares so much that it will almost certainly be compared."""
    return len(ranking) > 0 and float(ranking.scores[0]) >= PROMISING_BUCKETS * math.log1p(documents)


def overlapping(
    shingles: Shingles,
    candidates: Sequence[Shingles],
    places: Sequence[int] | None = None,
    closeness: Closeness = USUAL,
) -> list[bool]:
    """Return for each candidate whether it shares enough shingles with the submission to be worth a comparison.

    ``places`` are the candidates' ranks, if these are not simply 0, 1, 2, …. Decides by sketches wherever they can
    decide, so that the answer does not depend on which of the two happens to be at hand.
    """
    ranked = range(len(candidates)) if places is None else places
    sketches = {place: sketch for place, one in enumerate(candidates) if (sketch := sketch_of(one)) is not None}
    by_sketches = overlapping_sketches(
        shingles, list(sketches.values()), [ranked[place] for place in sketches], closeness
    )
    told = {place: enough for place, enough in zip(sketches, by_sketches, strict=True) if enough is not None}
    rest = [place for place in range(len(candidates)) if place not in told]
    shares = overlaps(shingles, [candidates[place] for place in rest]).tolist() if rest else []
    for place, share in zip(rest, shares, strict=True):
        anyway = _is_looked_at_anyway(ranked[place], len(shingles), len(candidates[place]))
        told[place] = anyway or share >= closeness.least_overlap
    return [told[place] for place in range(len(candidates))]


def overlapping_sketches(
    shingles: Shingles, sketches: Sequence[bytes], places: Sequence[int] | None = None, closeness: Closeness = USUAL
) -> list[bool | None]:
    """As ``overlapping``, from sketches alone; None where only the shingles themselves can decide.

    Undecided are texts so long that their sketches share much by chance, and damaged sketches. For all others, the
    expected share by chance is subtracted.
    """
    counts = sizes_of(sketches)
    shares, sizes, mine = sketch_overlaps(shingles, sketches, counts), counts.tolist(), len(shingles)
    # Nearly all share too little, so only the others are examined one by one.
    told: list[bool | None] = [False] * len(sizes)
    for at in np.flatnonzero((shares >= closeness.least_overlap) | (shares < 0)).tolist():
        told[at] = _told(closeness, float(shares[at]), max(mine, sizes[at]) / VALUES)
    for at, place in enumerate(range(len(sizes)) if places is None else places):
        if _is_looked_at_anyway(place, mine, sizes[at]):
            told[at] = True
    return told


def _told(closeness: Closeness, share: float, by_chance: float) -> bool | None:
    """Whether ``share`` is enough, given that any shingle is shared with the probability ``by_chance`` anyway."""
    if share < 0 or (by_chance > MOST_BY_CHANCE and share >= closeness.least_overlap):
        return None
    return share - (1 - share) * by_chance >= closeness.least_overlap


def _is_looked_at_anyway(place: int, mine: int, theirs: int) -> bool:
    """Whether the candidate of rank ``place`` is compared whatever it shares; never one without shingles."""
    return place < SECOND_LOOK and 0 < min(mine, theirs) <= SHORT


def affordable(sizes: Sequence[int], most_bytes: int) -> int:
    """Return how many texts of these sizes, best first, fit into ``most_bytes``; at least one."""
    if sum(sizes) <= most_bytes:  # as nearly always
        return len(sizes)
    total = 0
    for number, size in enumerate(sizes):
        total += size
        if total > most_bytes and number:
            return number
    return len(sizes)


def size_of(body: str) -> int:
    """Bytes in UTF-8, the cost of a text: scripts that take more bytes take proportionally longer to read."""
    return len(body) if body.isascii() else len(body.encode("utf-8", "surrogatepass"))


def can_be_new_unprepared(fingerprint: Fingerprint) -> bool:
    """Whether a text without candidates is certainly new and not undecided, even before it is prepared."""
    return fingerprint.known and fingerprint.words >= CERTAINLY_ENOUGH_WORDS


def is_same_article(stored: Article, article: Article) -> bool:
    """Whether ``stored``, as submitted, equals ``article``; if only an imprint is kept, as far as that can tell."""
    if stored.imprint is None:
        return stored == article
    beside = {"body": stored.body, "body_format": stored.body_format}
    return stored == article.model_copy(update=beside).with_imprint(stored.imprint) and is_of(stored.imprint, article)


def is_exact_duplicate(submission: Article, story: Article) -> bool:
    """Whether ``submission`` copies ``story`` exactly, with equal text and headline, so no comparison is needed.

    A story published later is no source, unless both are of one kind: then the one stored first stays the original.
    """
    if (submission.body, submission.headline) != (story.body, story.headline):
        return False
    times = submission.published_at, story.published_at
    later = times[0] is not None and times[1] is not None and times[1] > times[0]
    return not later or submission.kind is story.kind
