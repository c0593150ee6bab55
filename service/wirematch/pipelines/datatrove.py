"""A datatrove filter by which a running service stores and decides each document. Needs the extra ``datatrove``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.filters.base_filter import BaseFilter

from wirematch.pipelines.decision_order import at_least, weakest
from wirematch.pipelines.input_rows import NOTE, Fields, read_fields
from wirematch_client import Article, BulkResult, Client, ClientError

BATCH = 64
"""Documents per request."""


class WirematchFilter(BaseFilter):  # type: ignore[misc]  # datatrove has no types
    """Drops documents whose decision is ``drop`` or stronger; the others get a note in ``metadata["wirematch"]``.

    A task that is repeated makes the same decisions: its own documents are replaced, not taken for copies. Raises
    ClientError, which fails the task, if the service cannot be reached or refuses a document.

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
    ) -> None:
        """``fields`` says where a document's metadata has the fields of an article; ``source`` is the default source.

        Raises InvalidSettingError if ``drop`` has a name that is not a decision to drop.
        """
        super().__init__(exclusion_writer, batch_size=batch_size)
        self.url = url
        self.drop = weakest(drop)
        self.fields = Fields(**(fields or {}) | {"id": "id", "body": "text"})
        self.source = source

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Whether to keep one document."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """Return for each document True, or False and the decision that drops it. Documents without text are kept."""
        with_text = [doc for doc in batch if doc.text.strip()]
        articles = [self._article(doc) for doc in with_text]
        # Opened here because datatrove pickles the filter to send it to other processes.
        with Client(self.url) as client:
            unless_duplicate = at_least("duplicate", self.drop)
            results = client.bulk(articles, unless_duplicate=unless_duplicate)
            decisions = list(self._decisions(client, articles, results))
        for doc, (decision, original_id) in zip(with_text, decisions, strict=True):
            doc.metadata[NOTE] = {"decision": decision, "original_id": original_id}
        return [self._keep(doc) for doc in batch]

    def _keep(self, doc: Document) -> bool | tuple[bool, str]:
        decision = doc.metadata.get(NOTE, {}).get("decision", "undecided")
        return (False, decision) if at_least(decision, self.drop) else True

    def _article(self, doc: Document) -> Article:
        read, _ = read_fields({**doc.metadata, "id": doc.id, "text": doc.text}, self.fields)
        return Article.model_validate(read.model_dump() | {"source": read.source or self.source})

    def _decisions(
        self, client: Client, articles: list[Article], results: Iterator[BulkResult]
    ) -> Iterator[tuple[str, str | None]]:
        for article, result in zip(articles, results, strict=True):
            if result.decision is not None:
                yield result.decision.value, result.original_id
            elif result.status == 409 and article.id is not None:  # stored by an earlier attempt of the task
                report = client.put(article.id, article).report
                assert report is not None
                yield report.decision.value, report.original_id
            else:
                assert result.problem is not None
                raise ClientError(f"{article.id}: {result.problem.detail}")
