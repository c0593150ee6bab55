"""Find stored articles in other languages that may be related to a submission."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wirematch.concurrency import together
from wirematch.detection import policy
from wirematch.detection.policy import affordable
from wirematch.detection.submission import CrossLingualCandidate, CrossLingualCandidates, Retrieved
from wirematch.detection.translations.kept_translations import ArticleInPivot, Translations
from wirematch.detection.translations.record import LANGUAGE, is_of
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.protocol import Lookup, Record, Records, StoryIndex, precedes
from wirematch.models import NO_FILTERS, Filters
from wirematch.text.markup import plain_text

MOST_CANDIDATES = 8
"""Candidates compared from each index: for translated news, the story is among the first four in 998 of 1,000 cases."""
LEAST_BUCKETS = 0.5
"""As ``policy.LEAST_BUCKETS``, for texts worded by a translator, which share a third of the buckets."""


class CrossLingualRetriever:
    """Adds candidates in other languages. Raises the errors of StoryIndex."""

    def __init__(self, articles: StoryIndex, translations: Translations, compare_bytes: int) -> None:
        self._articles = articles
        self._translations = translations
        self._compare_bytes = compare_bytes

    async def add(
        self,
        retrieved: Sequence[Retrieved],
        read: Sequence[ArticleInPivot],
        filters: Filters = NO_FILTERS,
        most: int = MOST_CANDIDATES,
    ) -> list[Retrieved]:
        """Return ``retrieved`` with candidates in other languages; a few round trips for the whole batch."""
        queries = await self._query_signatures(read)
        in_pivot = [how.pivot_text.language == self._pivot for how in read]
        (own, own_partial), (translated, translated_partial) = await together(
            # Articles written in the pivot are found in the articles' own index by their own text.
            self._best(
                self._articles,
                [None if pivot else it for it, pivot in zip(queries, in_pivot, strict=True)],
                filters,
                most,
            ),
            self._best(self._translations.index, queries, filters, most),
        )
        found = await self._originals([record for records in translated for record in records])
        originals = {record.id: record for record in found}
        partial = own_partial or translated_partial or found.partial
        return [
            replace(
                one,
                cross_lingual=self._candidates(one, how, mine, theirs, originals),
                partial=one.partial or partial,
            )
            for one, how, mine, theirs in zip(retrieved, read, own, translated, strict=True)
        ]

    @property
    def _pivot(self) -> str:
        return self._translations.translating.pivot

    async def _query_signatures(self, read: Sequence[ArticleInPivot]) -> list[Signature | None]:
        """Return the query signature of each article; None if its text in the pivot is not known."""
        texts = [self._in_pivot(one) for one in read]
        known = [text for text in texts if text is not None]
        queries = iter(await self._translations.query_signatures(known) if known else ())
        return [None if text is None else next(queries) for text in texts]

    def _in_pivot(self, read: ArticleInPivot) -> str | None:
        if read.pivot_text.translation is not None:
            return read.pivot_text.translation.text
        return plain_text(read.article) if read.pivot_text.language == self._pivot else None

    def _candidates(
        self,
        retrieved: Retrieved,
        read: ArticleInPivot,
        own: Sequence[Record],
        translated: Sequence[Record],
        originals: dict[str, Record],
    ) -> CrossLingualCandidates:
        """Select candidates in other languages, stored before the submission; never the article itself."""
        mine = retrieved.submission.article.id
        found = [CrossLingualCandidate(record, None) for record in own]
        for translation in translated:
            original = originals.get(translation.id)
            language = (translation.article.metadata or {}).get(LANGUAGE)
            if (
                original is not None
                and language != read.pivot_text.language
                and is_of(translation.article, original.article)
            ):
                found.append(CrossLingualCandidate(original, translation))
        placement = retrieved.submission.placement
        kept = [
            one for one in found if one.record.id != mine and (placement is None or precedes(one.record, placement))
        ]
        kept = list({one.record.id: one for one in kept}.values())
        few = affordable([one.record.size for one in kept], self._compare_bytes)
        return CrossLingualCandidates(
            self._pivot, read.pivot_text.language, read.pivot_text.translation, kept[:few], read.untranslated
        )

    async def _best(
        self, index: StoryIndex, signatures: Sequence[Signature | None], filters: Filters, most: int
    ) -> tuple[list[list[Record]], bool]:
        """Return the best records for each signature, in order, and whether a shard was unavailable for any."""
        queries = [one for one in signatures if one is not None]
        if not queries:
            return [[] for _ in signatures], False
        lookups = await index.lookup_many(queries, [None] * len(queries))
        rankings = [_plausible(lookup, most) for lookup in lookups]
        if filters.narrow:  # records that pass may stand anywhere in the ranking
            lots = await together(*(index.fetch(lookup.ranking, most, filters) for lookup in lookups))
            found = iter(lots)
            partial = any(one.partial for one in lookups) or any(one.partial for one in lots)
            return [[] if one is None else list(next(found)) for one in signatures], partial
        numbers = np.unique(np.concatenate([ranking.numbers for ranking in rankings]))
        everything = Ranking(numbers, np.zeros(len(numbers)))
        records = await index.fetch(everything, len(numbers)) if len(numbers) else Records()
        by_number = {record.number: record for record in records}
        ranked = iter(rankings)
        best = [
            []
            if one is None
            else [by_number[number] for number in next(ranked).numbers.tolist() if number in by_number]
            for one in signatures
        ]
        return best, records.partial or any(lookup.partial for lookup in lookups)

    async def _originals(self, translations: Sequence[Record]) -> Records:
        ids = list(dict.fromkeys(record.id for record in translations))
        return await self._articles.get_many(ids) if ids else Records()


def _plausible(lookup: Lookup, most: int) -> Ranking:
    least = LEAST_BUCKETS * math.log1p(lookup.documents) if lookup.documents >= policy.LARGE_INDEX else 0.0
    return lookup.ranking.best(most, least)
