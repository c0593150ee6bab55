"""Decide batches of rows: give each article an id and a mark, resolve ids that are taken, isolate rows that fail.

The mark, in ``metadata.dedupe``, says which run stored an article for which of its rows. By it, a resumed run
recognises what it had stored before it was interrupted, and removes and decides it again, so that all decisions are
those of a run without interruption.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from wirematch.errors import WirematchError
from wirematch.models import Article, Decision
from wirematch.pipelines.dedupe.checkpoint import RowIds
from wirematch.pipelines.dedupe.decider import MOST_TRIES, Decider, IdTaken, RowDecision, RowRefused
from wirematch.pipelines.input_rows import InputRow

MARK = "dedupe"


class RowDecider:
    """Decides the rows of one run through a Decider."""

    def __init__(self, decider: Decider, run: str, ids: RowIds | None) -> None:
        """``run`` is the run's unique name, and ``ids`` are noted; None if only this run ever stores in the index."""
        self._decider = decider
        self._run = run
        self._ids = ids
        self._prefix = "wirematch:record:" if ids is None else f"wirematch:{run}:"

    async def decide(self, rows: Sequence[InputRow]) -> list[RowDecision | RowRefused]:
        """Return one result per row, in order. A WirematchError is passed on: the index is unavailable.

        If a batch fails with any other exception, each half is decided separately, down to the row that causes it,
        which is left undecided.
        """
        try:
            return await self._decide(rows)
        except WirematchError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, one row must not block the others
            await self.forget(rows)
            if len(rows) == 1:
                return [self._failed(rows[0], error)]
        half = len(rows) // 2
        return [*await self.decide(rows[:half]), *await self.decide(rows[half:])]

    async def forget(self, rows: Sequence[InputRow]) -> None:
        """Remove what this run stored for these rows before it was interrupted."""
        for row, article in zip(rows, self._articles(rows), strict=True):
            for article_id in {article.id, self._with_own_id(row, article).id}:
                assert article_id is not None
                await self._decider.remove(article_id, partial(_is_marked, article))

    async def _decide(self, rows: Sequence[InputRow]) -> list[RowDecision | RowRefused]:
        if self._ids is not None:
            self._ids.note(rows)
        articles = self._articles(rows)
        results = await self._decider.decide(articles)
        for _ in range(MOST_TRIES):
            again = []
            for place, result in enumerate(results):
                if isinstance(result, IdTaken):
                    results[place] = resolved = await self._resolve(articles[place])
                    if isinstance(resolved, IdTaken):
                        again.append(place)
                        if resolved.by_another:
                            articles[place] = self._with_own_id(rows[place], articles[place])
            if not again:
                break
            retried = await self._decider.decide([articles[place] for place in again])
            for place, result in zip(again, retried, strict=True):
                results[place] = result
        return [
            RowRefused(f"the id {article.id!r} stays taken.") if isinstance(result, IdTaken) else result
            for article, result in zip(articles, results, strict=True)
        ]

    async def _resolve(self, article: Article) -> RowDecision | IdTaken:
        """Resolve an id that is taken: a duplicate if the stored article has the same text, otherwise store again."""
        assert article.id is not None
        stored = await self._decider.stored(article.id)
        if stored is None:
            return IdTaken(by_another=False)
        if _is_marked(article, stored):
            await self._decider.remove(article.id, partial(_is_marked, article))
            return IdTaken(by_another=False)
        if (stored.body, stored.headline) == (article.body, article.headline):
            return RowDecision(article.id, Decision.DUPLICATE, article.id)
        return IdTaken()

    def _articles(self, rows: Sequence[InputRow]) -> list[Article]:
        """Return the rows' articles with their marks, and with ids that are unique in the batch."""
        articles: list[Article] = []
        ids: set[str] = set()
        for row in rows:
            article = row.article.model_copy(update={"metadata": {MARK: f"{self._run}:{row.number}"}})
            if article.id is None or article.id in ids:
                article = self._with_own_id(row, article)
            assert article.id is not None
            ids.add(article.id)
            articles.append(article)
        return articles

    def _with_own_id(self, row: InputRow, article: Article) -> Article:
        """Return the article under an id made from the row's number."""
        return article.model_copy(update={"id": f"{self._prefix}{row.number}"})

    def _failed(self, row: InputRow, error: Exception) -> RowDecision:
        article_id = self._articles([row])[0].id
        assert article_id is not None
        reason = str(error).partition("\n")[0]
        return RowDecision(article_id, Decision.UNDECIDED, None, failure=f"{type(error).__name__}: {reason}")


def _is_marked(article: Article, stored: Article) -> bool:
    """Whether what is stored has the mark of ``article``."""
    return (stored.metadata or {}).get(MARK) == (article.metadata or {}).get(MARK)
