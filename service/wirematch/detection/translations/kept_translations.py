"""Translations of stored articles: written and removed with them, and searched for others.

They have an index of their own, so the index of articles is the same with and without them. A translation counts only
if an article with its id is stored and still has the text that was translated. So it does not matter which of the two
was written last, and a stale translation is never seen.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from wirematch.concurrency import together
from wirematch.detection.translations.query_signatures import query_signatures_of
from wirematch.detection.translations.record import as_article, is_by, is_of, translation_of
from wirematch.detection.translations.translating import PivotText, Translating
from wirematch.errors import ArticleNotFoundError, DamagedRecordError, PartialIndexError, WirematchError
from wirematch.fingerprint.first_reading import FirstReading, read_first
from wirematch.fingerprint.minhash import FingerprintScheme, Signature
from wirematch.index.protocol import Placement, Record, StoryIndex
from wirematch.models import Article, BodyFormat
from wirematch.state.pending_articles import Claim, PendingArticles

CAUGHT_UP_AT_ONCE = 16
"""Articles handled in one round."""
REMOVED_AT_ONCE = 32
"""Translations removed concurrently; each takes a connection."""

log = logging.getLogger(__name__)


class CaughtUp(Enum):
    """The state of an article's translation after an attempt to catch up."""

    TRANSLATED = auto()
    NOTHING = auto()
    """It needs none."""
    LATER = auto()


Joined = Callable[[Sequence[Record]], Awaitable[None]]
"""Clusters stored articles that were just translated."""


@dataclass(frozen=True, slots=True, eq=False)
class ArticleInPivot:
    """An article that is asked about or about to be stored, and its text in the pivot."""

    article: Article
    pivot_text: PivotText
    first: FirstReading | None = None
    """First reading of the translation, if it was just made."""
    placed: bool = False
    """Whether this request put the translation into the index, where there was none before."""

    @property
    def untranslated(self) -> str | None:
        """Why it has no translation although it should; None otherwise."""
        return self.pivot_text.why


@dataclass(frozen=True, slots=True, eq=False)
class PivotBatch:
    """A batch of articles that are about to be stored."""

    articles: Sequence[ArticleInPivot]
    claim: Claim
    """The articles whose translations another process looks after if this one does not finish."""


class Translations:
    """Keeps translations in step with stored articles. Raises the errors of StoryIndex."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        index: StoryIndex,
        articles: StoryIndex,
        untranslated: PendingArticles,
        translating: Translating,
        scheme: FingerprintScheme,
        drop_cached: Callable[[int], None],
    ) -> None:
        """``index`` holds the translations of what is in ``articles``.

        ``drop_cached`` is called with the numbers of removed translations, so that caches can drop them.
        """
        self.index = index
        self.translating = translating
        self._articles = articles
        self._untranslated = untranslated
        self._drop_cached = drop_cached
        self.scheme = scheme

    async def read(self, articles: Sequence[Article]) -> list[ArticleInPivot]:
        """Read each article in the pivot."""
        pivot_texts = await self.translating.read(articles)
        texts = [
            Article(body=one.translation.text, body_format=BodyFormat.TEXT)
            for one in pivot_texts
            if one.translation is not None
        ]
        first = iter(await self.translating.run(read_first, texts, self.scheme, prepared=False) if texts else ())
        return [
            ArticleInPivot(article, pivot_text, None if pivot_text.translation is None else next(first))
            for article, pivot_text in zip(articles, pivot_texts, strict=True)
        ]

    async def query_signatures(self, texts: Sequence[str]) -> list[Signature | None]:
        """Return the query signature of each text, which must be in the pivot."""
        return await self.translating.run(query_signatures_of, texts, self.scheme)

    async def begin(self, articles: Sequence[Article]) -> PivotBatch:
        """Translate articles that are about to be stored, and store the translations first.

        Of two articles in different languages, whichever is stored later thus finds the other.
        """
        read = await self.read(articles)
        ids = [_id(one.article) for one in read if one.pivot_text.translation is not None or one.pivot_text.again]
        batch = PivotBatch(read, await self._untranslated.add(ids))
        written = [one for one in read if one.pivot_text.translation is not None]
        if not written:
            return batch
        items = [(_record_of(one), _first_of(one).fingerprint.signature) for one in written]
        placed = await self.index.create_many(items, [_first_of(one).aids for one in written])
        new = {id(one) for one, result in zip(written, placed, strict=True) if isinstance(result, Placement)}
        return PivotBatch(
            [
                ArticleInPivot(one.article, one.pivot_text, one.first, placed=True) if id(one) in new else one
                for one in read
            ],
            batch.claim,
        )

    async def finish(self, batch: PivotBatch, stored: Sequence[bool]) -> None:
        """Settle translations after storing; ``stored`` tells for each article of the batch whether it was stored.

        Articles that were not stored keep the translation they had. Failures are left for ``catch_up``: the articles
        are stored.
        """
        settled = []
        with _looked_after_later():
            for one, is_stored in zip(batch.articles, stored, strict=True):
                if one.pivot_text.translation is None:
                    continue
                if is_stored and not one.placed:
                    await self._write(one)
                elif not is_stored and one.placed:
                    await self._delete(_id(one.article))
                    continue  # the article stored under its id may be waiting for a translation itself
                settled.append(_id(one.article))
            await self._untranslated.complete(batch.claim, settled)

    async def add_pending(self, article_ids: Sequence[str]) -> Claim:
        """Announce that articles will be replaced or deleted, so that another process finishes if this one does not."""
        return await self._untranslated.add(article_ids)

    async def replace(self, read: ArticleInPivot, claim: Claim) -> None:
        """Replace or remove the translation of an article that was replaced."""
        article_id = _id(read.article)
        with _looked_after_later():
            if read.pivot_text.translation is None:
                await self._delete(article_id)
            else:
                await self._write(read)
            if not read.pivot_text.again:
                await self._untranslated.complete(claim, [article_id])

    async def keep(self, claim: Claim) -> None:
        """Withdraw an announcement: the articles were not replaced after all."""
        with _looked_after_later():
            await self._untranslated.complete(claim, claim.article_ids)

    async def remove(self, article_ids: Iterable[str]) -> None:
        """Remove the translations of these articles."""
        removed = list(article_ids)
        for first in range(0, len(removed), REMOVED_AT_ONCE):
            await together(*map(self._delete, removed[first : first + REMOVED_AT_ONCE]))

    async def follow_deletion(self, claim: Claim) -> None:
        """Remove the translations of announced articles that were deleted."""
        await self.remove(claim.article_ids)
        await self._untranslated.complete(claim, claim.article_ids)

    async def add_pending_now(self, article_ids: Sequence[str]) -> None:
        """Have the translations of these articles checked at once, by whichever process comes first."""
        await self._untranslated.add(article_ids, 0)

    async def of(self, article: Article) -> Article | None:
        """Return the stored translation of a stored article's present text; None when there is none."""
        with contextlib.suppress(ArticleNotFoundError, DamagedRecordError):
            found = (await self.index.get(_id(article))).article
            if is_of(found, article):
                return found
        return None

    async def read_stored(self, article: Article) -> ArticleInPivot:
        """Read an article in the pivot, from its stored translation if there is one, else by translating it."""
        kept = await self.of(article) if article.id is not None else None
        if kept is None:
            [read] = await self.read([article])
            return read
        translation = translation_of(kept)
        return ArticleInPivot(article, PivotText(translation.language, translation))

    async def catch_up(self, joined: Joined, most: int = CAUGHT_UP_AT_ONCE) -> int:
        """Repair translations that may be missing, stale or left over; returns how many articles were settled.

        ``joined`` is called with the articles that have a translation now before they are struck off the list, so that
        a failure there is retried later.
        """
        claim = await self._untranslated.claim(most)
        if not claim.article_ids:
            return 0
        found = await self._articles.get_many(claim.article_ids)
        if found.partial:  # what is missing may be stored
            raise PartialIndexError
        records = {record.id: record for record in found}
        versions = self.translating.versions()
        mended = dict(
            zip(
                claim.article_ids,
                await together(*(self._mend(one, records.get(one), versions) for one in claim.article_ids)),
                strict=True,
            )
        )
        await joined([records[one] for one, how in mended.items() if how is CaughtUp.TRANSLATED])
        settled = [one for one, how in mended.items() if how is not CaughtUp.LATER]
        await self._untranslated.complete(claim, settled)
        return len(settled)

    async def _mend(self, article_id: str, record: Record | None, versions: Mapping[str, str]) -> CaughtUp:
        """Bring one article's translation up to date; if the article changed meanwhile, it is listed anew."""
        if record is None:
            await self._delete(article_id)
            return CaughtUp.NOTHING
        kept = await self.of(record.article)
        if kept is not None and is_by(kept, versions.get(translation_of(kept).language)):
            return CaughtUp.TRANSLATED
        [read] = await self.read([record.article.as_submitted()])
        if read.pivot_text.translation is not None:
            await self._write(read)
            return CaughtUp.TRANSLATED
        if read.pivot_text.again:
            log.info("an article has no translation yet: %s", read.pivot_text.why)
            return CaughtUp.LATER
        await self._delete(article_id)
        return CaughtUp.NOTHING

    async def _write(self, read: ArticleInPivot) -> None:
        first = _first_of(read)
        with await self._forgetting(_id(read.article)):
            await self.index.replace(_record_of(read), first.fingerprint.signature, aids=first.aids)

    async def _delete(self, article_id: str) -> None:
        with await self._forgetting(article_id):
            await self.index.delete(article_id)

    async def _forgetting(self, article_id: str) -> contextlib.ExitStack:
        """Return a stack that, on exit, forgets the article's present translation: only its record has the number."""
        stack = contextlib.ExitStack()
        for record in await self.index.get_many([article_id]):
            stack.callback(self._drop_cached, record.number)
        return stack


@contextlib.contextmanager
def _looked_after_later() -> Iterator[None]:
    """Leave a failed write of a translation to ``catch_up``: the article is stored and stays."""
    try:
        yield
    except WirematchError as error:
        log.warning("a translation is made later: %s", error)


def _record_of(read: ArticleInPivot) -> Article:
    assert read.pivot_text.translation is not None
    return as_article(read.article, read.pivot_text.translation)


def _first_of(read: ArticleInPivot) -> FirstReading:
    assert read.first is not None
    return read.first


def _id(article: Article) -> str:
    assert article.id is not None
    return article.id
