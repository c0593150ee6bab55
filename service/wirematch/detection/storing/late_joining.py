"""Clustering of articles whose translations came after them.

An article stored without a translation could neither find articles in other languages nor be found by them. Once it has
a translation, it is decided again, together with articles stored after it that derive from it or that it derives from.
What a cluster already says stays (docs/adr/0029): members of a cluster keep their original.
"""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.detection.clustering import Clustering
from wirematch.detection.deciding.decision import SubmissionDecider
from wirematch.detection.deciding.exact_copies import storing_order
from wirematch.detection.policy import WHOLLY_DERIVED
from wirematch.detection.retrieval.cross_lingual import CrossLingualRetriever
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.storing.ingest import Ingest
from wirematch.detection.submission import Retrieved, Submission, weight_of
from wirematch.detection.translations.kept_translations import Translations
from wirematch.fingerprint.minhash import fingerprint_text
from wirematch.index.protocol import NO_LOOKUP, Record
from wirematch.text.markup import plain_text

DECIDED_AT_ONCE = 8


class LateJoining:
    """Puts articles into the clusters they would be in had they been translated when they were stored.

    Raises the errors of StoryIndex, and OverloadedError. Call it within an admission of ``executor``.
    """

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        translations: Translations,
        cross_lingual: CrossLingualRetriever,
        decider: SubmissionDecider,
        ingest: Ingest,
        clustering: Clustering,
        executor: BoundedExecutor,
    ) -> None:
        self._translations = translations
        self._cross_lingual = cross_lingual
        self._decider = decider
        self._ingest = ingest
        self._clustering = clustering
        self._executor = executor

    async def join(self, records: Sequence[Record]) -> None:
        """Cluster stored articles that were just translated. Idempotent."""
        found: dict[str, Record] = {}
        for record in records:
            found |= {one.id: one for one in await self._concerned(record)}
        again = sorted(found.values(), key=storing_order)
        for first in range(0, len(again), DECIDED_AT_ONCE):
            updates = await self._ingest.decide_again(again[first : first + DECIDED_AT_ONCE])
            await self._clustering.tell([update for update in updates if update is not None])

    async def _concerned(self, record: Record) -> list[Record]:
        """Return the article and related ones stored after it, if it is wholly derived across languages either way."""
        read = await self._translations.read_stored(record.article)
        fingerprint = await self._executor.run(fingerprint_text, plain_text(record.article), self._translations.scheme)
        alone = Retrieved(Submission(record.article, fingerprint), NO_LOOKUP, [], 0, partial=False)
        [retrieved] = await self._cross_lingual.add([alone], [read])
        candidates = {one.id: one for one in retrieved.every_record}
        if not candidates:
            return []
        weight = weight_of(candidates.values())
        compared = await self._executor.run_weighed(weight, self._decider.compared_across, retrieved)
        derived = [candidates[one.story.article.id or ""] for one in compared if one.finding.relation in WHOLLY_DERIVED]
        return [record, *(one for one in derived if storing_order(one) > storing_order(record))] if derived else []
