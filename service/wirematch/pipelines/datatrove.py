"""A datatrove filter by which a running service stores and decides each document. Needs the extra ``datatrove``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.utils.logging import logger

from wirematch.pipelines.decision_order import at_least, weakest
from wirematch.pipelines.input_rows import NOTE, Fields, RowError, read_fields
from wirematch_client import (
    Article,
    BulkResult,
    Client,
    ClientError,
    ConnectionFailedError,
    ProblemError,
    Retry,
)

BATCH = 64
"""Documents per request."""
PATIENT = Retry(attempts=10, first_delay=0.5)
"""Outlasts a restart of the service: 25 to 55 seconds in all."""
MOST_TRIES = 5
"""How often what was not answered of a batch is sent."""
AWAY = frozenset({429, 502, 503, 504})
"""Statuses of a service, or a proxy in front of it, that may answer later."""
REFUSED = frozenset({400, 413, 415, 422})
"""Statuses of documents that are no articles."""
AGAIN = frozenset({409, 500})
"""Statuses of documents that are sent again alone: an earlier attempt has stored them, or another one failed."""


class WirematchFilter(BaseFilter):  # type: ignore[misc]  # datatrove has no types
    """Drops documents whose decision is ``drop`` or stronger; the others get a note in ``metadata["wirematch"]``.

    Documents that cannot be decided, because the service refuses them, are kept; their note has the ``problem``. A task
    that is repeated makes the same decisions: its own documents are replaced, not taken for copies. Raises ClientError,
    which fails the task, if the service stays away.

    >>> WirematchFilter("http://127.0.0.1:8000", drop=["rewrite"], fields={"headline": "title"})  # doctest: +SKIP
    """

    name = "📰 Wirematch"

    def __init__(  # noqa: PLR0913 - its options
        self,
        url: str,
        drop: Sequence[str] = ("duplicate",),
        fields: dict[str, str] | None = None,
        source: str | None = None,
        exclusion_writer: Any = None,
        batch_size: int = BATCH,
        retry: Retry = PATIENT,
    ) -> None:
        """``fields`` says where a document's metadata has the fields of an article; ``source`` is the default source.

        ``retry`` says how long the service is waited for.

        Raises InvalidSettingError if ``drop`` has a name that is not a decision to drop.
        """
        super().__init__(exclusion_writer, batch_size=batch_size)
        self.url = url
        self.drop = weakest(drop)
        self.fields = Fields(**(fields or {}) | {"id": "id", "body": "text"})
        self.source = source
        self.retry = retry

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Whether to keep one document."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """Return for each document True, or False and the decision that drops it. Documents without text are kept."""
        articles: list[Article] = []
        docs: list[Document] = []
        for doc in batch:
            if not doc.text.strip():
                continue
            try:
                articles.append(self._article(doc))
            except RowError as error:
                self._note(doc, _undecided(str(error)))
            else:
                docs.append(doc)
        # Opened here because datatrove pickles the filter to send it to other processes.
        with Client(self.url, retry=self.retry) as client:
            results = self._results(client, articles)
            notes = [_decided(client, article, result) for article, result in zip(articles, results, strict=True)]
        for doc, note in zip(docs, notes, strict=True):
            self._note(doc, note)
        return [self._keep(doc) for doc in batch]

    def _note(self, doc: Document, note: dict[str, Any]) -> None:
        doc.metadata[NOTE] = note
        if "problem" in note:
            self.stat_update("refused")
            logger.warning(f"{doc.id} is kept undecided: {note['problem']}")

    def _keep(self, doc: Document) -> bool | tuple[bool, str]:
        decision = doc.metadata.get(NOTE, {}).get("decision", "undecided")
        return (False, decision) if at_least(decision, self.drop) else True

    def _article(self, doc: Document) -> Article:
        read, _ = read_fields({**doc.metadata, "id": doc.id, "text": doc.text}, self.fields)
        return Article.model_validate(read.model_dump() | {"source": read.source or self.source})

    def _results(self, client: Client, articles: list[Article]) -> list[BulkResult]:
        """Return one result per article; those without an answer are sent again, which changes nothing stored."""
        results: dict[int, BulkResult] = {}
        for attempt in range(1, MOST_TRIES + 1):
            waiting = [place for place in range(len(articles)) if place not in results]
            if not waiting:
                break
            if attempt > 1:
                time.sleep(self.retry.first_delay * attempt)
            sent = client.bulk(
                [articles[place] for place in waiting], unless_duplicate=at_least("duplicate", self.drop)
            )
            try:
                answered = zip(waiting, sent, strict=True)
                results.update(answer for answer in answered if answer[1].status not in AWAY or attempt == MOST_TRIES)
            except (ConnectionFailedError, ProblemError) as error:
                if attempt == MOST_TRIES or (isinstance(error, ProblemError) and error.status not in AWAY):
                    raise
        return [results[place] for place in range(len(articles))]


def _decided(client: Client, article: Article, result: BulkResult) -> dict[str, Any]:
    """Return the note on an article. Raises ClientError if the service cannot decide it, but may later."""
    if result.decision is not None:
        return {"decision": result.decision.value, "original_id": result.original_id}
    assert result.problem is not None
    if result.status in REFUSED:
        return _undecided(result.problem.detail)
    if result.status not in AGAIN or article.id is None:
        raise ClientError(f"{article.id}: {result.problem.detail}")
    try:
        report = client.put(article.id, article).report
    except ProblemError as error:
        if error.status in REFUSED | {500}:
            return _undecided(str(error))
        raise
    assert report is not None
    return {"decision": report.decision.value, "original_id": report.original_id}


def _undecided(problem: str) -> dict[str, Any]:
    return {"decision": "undecided", "original_id": None, "problem": problem}
