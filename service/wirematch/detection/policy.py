"""What is compared and what is not: every threshold before a comparison, for the service and the Spark job alike.

Functions of values only. Comparing two texts takes milliseconds, telling that they share too little takes microseconds,
so three sieves stand before a comparison: the buckets, the ranking score, and the share of shingles that both texts
have (docs/adr/0007-sieves-before-comparison.md has what each loses).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wirematch.fingerprint.imprinting import is_of
from wirematch.fingerprint.minhash import Fingerprint
from wirematch.fingerprint.overlap import overlaps
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import VALUES, sizes_of, sketch_of, sketch_overlaps
from wirematch.matching.judge import LEAST_WORDS
from wirematch.models import Article, Decision, Relation

LEAST_BUCKETS = 1.5
"""Ranking score below which a candidate is passed over, in buckets that a submission shares with a single story."""
FEW = 4
"""Submissions for which what takes some 30 µs each is done at once: going to a thread and back takes longer."""
PROMISING_BUCKETS = 4.0
"""The same, from which on a submission is prepared before the sieve has spoken."""
LARGE_INDEX = 1_000
"""Stored articles from which on ranking scores are told apart well enough for LEAST_BUCKETS to apply."""
LEAST_OVERLAP = 0.08
"""Share of the smaller text's shingles below which a candidate is passed over."""
SHORT, SECOND_LOOK = 160, 4
"""Where the smaller text has no more shingles than this, how many are shared is a matter of chance: so many of the best
candidates are compared whatever they share (docs/adr/0040-a-second-look-for-short-texts.md)."""
MOST_BY_CHANCE = 0.02
"""Share of a text's upper halves that another has by chance, up to which sketches tell: one of 1,300 shingles has so
many. What has more is left to the shingles."""
CERTAINLY_ENOUGH_WORDS = 4 * LEAST_WORDS
"""Words of a raw text from which on cleaning certainly leaves LEAST_WORDS, so that it can be decided unprepared."""
PROBABILITY_MARGIN = 0.1
"""How far below the best match's probability another match may be and still name the original."""
WHOLLY_DERIVED = frozenset({Relation.COPY, Relation.REWRITE})
"""Relations that put an article into the cluster of its source."""

DERIVED_DECISIONS = frozenset({Decision.DUPLICATE, Decision.REWRITE, Decision.PARTIAL})
"""Decisions that name an original."""


def plausible(ranking: Ranking, documents: int, limit: int) -> Ranking:
    """The best ``limit`` candidates whose score is high enough among ``documents`` stored articles.

    The first SECOND_LOOK are among them, however they score.
    """
    least = LEAST_BUCKETS * math.log1p(documents) if documents >= LARGE_INDEX else 0.0
    found = ranking.best(limit, least)
    return found if len(found) >= SECOND_LOOK else ranking.best(min(limit, SECOND_LOOK))


def promising(ranking: Ranking, documents: int) -> bool:
    """Whether the best candidate shares so much that it will in all likelihood be compared."""
    return len(ranking) > 0 and float(ranking.scores[0]) >= PROMISING_BUCKETS * math.log1p(documents)


def overlapping(shingles: Shingles, candidates: Sequence[Shingles], places: Sequence[int] | None = None) -> list[bool]:
    """Of each candidate's shingles, whether it shares enough with a submission's to be worth a comparison.

    ``places`` are those of the candidates in the ranking, where these are not the best ones in order. What sketches can
    tell is told by sketches, so that an answer does not depend on who has which.
    """
    ranked = range(len(candidates)) if places is None else places
    sketches = {place: sketch for place, one in enumerate(candidates) if (sketch := sketch_of(one)) is not None}
    by_sketches = overlapping_sketches(shingles, list(sketches.values()), [ranked[place] for place in sketches])
    told = {place: enough for place, enough in zip(sketches, by_sketches, strict=True) if enough is not None}
    rest = [place for place in range(len(candidates)) if place not in told]
    shares = overlaps(shingles, [candidates[place] for place in rest]).tolist() if rest else []
    for place, share in zip(rest, shares, strict=True):
        anyway = _is_looked_at_anyway(ranked[place], len(shingles), len(candidates[place]))
        told[place] = anyway or share >= LEAST_OVERLAP
    return [told[place] for place in range(len(candidates))]


def overlapping_sketches(
    shingles: Shingles, sketches: Sequence[bytes], places: Sequence[int] | None = None
) -> list[bool | None]:
    """The same from sketches, None where only the shingles themselves can tell.

    That is of texts so long that their sketches share much by chance, and of damaged sketches. Of all others, what is
    shared by chance on average is taken off.
    """
    counts = sizes_of(sketches)
    shares, sizes, mine = sketch_overlaps(shingles, sketches, counts), counts.tolist(), len(shingles)
    # Nearly all share too little, so only the others are looked at one by one.
    told: list[bool | None] = [False] * len(sizes)
    for at in np.flatnonzero((shares >= LEAST_OVERLAP) | (shares < 0)).tolist():
        told[at] = _told(float(shares[at]), max(mine, sizes[at]) / VALUES)
    for at, place in enumerate(range(len(sizes)) if places is None else places):
        if _is_looked_at_anyway(place, mine, sizes[at]):
            told[at] = True
    return told


def _told(share: float, by_chance: float) -> bool | None:
    """Whether ``share`` is enough when any shingle is shared with the probability ``by_chance`` all the same."""
    if share < 0 or (by_chance > MOST_BY_CHANCE and share >= LEAST_OVERLAP):
        return None
    return share - (1 - share) * by_chance >= LEAST_OVERLAP


def _is_looked_at_anyway(place: int, mine: int, theirs: int) -> bool:
    """Whether a candidate at this place is compared whatever it shares; one without any shingles never is."""
    return place < SECOND_LOOK and 0 < min(mine, theirs) <= SHORT


def affordable(sizes: Sequence[int], most_bytes: int) -> int:
    """How many texts of these sizes, best first, may be compared with one: up to so many bytes in all, or one."""
    total = 0
    for number, size in enumerate(sizes):
        total += size
        if total > most_bytes and number:
            return number
    return len(sizes)


def size_of(body: str) -> int:
    """Bytes in UTF-8: what a text costs, as the scripts that take more bytes take as much longer to read."""
    return len(body) if body.isascii() else len(body.encode("utf-8", "surrogatepass"))


def can_be_new_unprepared(fingerprint: Fingerprint) -> bool:
    """Whether a text without any candidate is new, and not undecided; so much is known without preparing it."""
    return fingerprint.known and fingerprint.words >= CERTAINLY_ENOUGH_WORDS


def is_same_article(stored: Article, article: Article) -> bool:
    """Whether ``stored``, as it was submitted, is ``article``; where only an imprint is kept, as far as that says."""
    if stored.imprint is None:
        return stored == article
    beside = {"body": stored.body, "body_format": stored.body_format}
    return stored == article.model_copy(update=beside).with_imprint(stored.imprint) and is_of(stored.imprint, article)


def is_exact_duplicate(submission: Article, story: Article) -> bool:
    """Whether ``submission`` is a copy of ``story`` by equality alone, so that no comparison is needed.

    Text and headline are equal. A story that was published later is no source, unless both are of one kind: then the
    one that was stored first stays the original.
    """
    if (submission.body, submission.headline) != (story.body, story.headline):
        return False
    times = submission.published_at, story.published_at
    later = times[0] is not None and times[1] is not None and times[1] > times[0]
    return not later or submission.kind is story.kind
