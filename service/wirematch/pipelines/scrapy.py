"""A Scrapy item pipeline by which a running service stores and decides each scraped article; copies are dropped.

Settings are described in ``docs/pipelines/scrapy.md``. Needs the extra ``scrapy``.
"""

from __future__ import annotations

import logging
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured

from wirematch.pipelines.decision_order import at_least, weakest
from wirematch.pipelines.input_rows import NOTE, Fields, RowError, read_fields
from wirematch_client import Article, ArticleExistsError, AsyncClient, ClientError, Report

logger = logging.getLogger(__name__)


class WirematchPipeline:
    """Sends every item to the service without blocking the crawl.

    Enable it with ``ITEM_PIPELINES = {"wirematch.pipelines.scrapy.WirematchPipeline": 300}``.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Raises NotConfigured, upon which Scrapy disables the pipeline, if WIREMATCH_URL is not set."""
        settings = crawler.settings
        url = settings.get("WIREMATCH_URL")
        if not url:
            raise NotConfigured("WIREMATCH_URL is not set")
        self._stats = crawler.stats
        self._url = url
        self._timeout = settings.getfloat("WIREMATCH_TIMEOUT", 30.0)
        self._drop = weakest(settings.getlist("WIREMATCH_DROP", ["duplicate"]))
        self._fields = Fields(**settings.getdict("WIREMATCH_FIELDS"))
        self._note = settings.get("WIREMATCH_NOTE_FIELD", NOTE)
        self._store = settings.getbool("WIREMATCH_STORE", True)
        self._source = settings.get("WIREMATCH_SOURCE")
        self._client: AsyncClient | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open a client, whose connections are kept for the whole crawl."""
        self._client = AsyncClient(self._url, timeout=self._timeout)

    async def close_spider(self) -> None:
        """Close the client."""
        if self._client is not None:
            await self._client.aclose()

    async def process_item(self, item: Any) -> Any:
        """Return the item with a note of the decision, or raise DropItem if the decision is at least WIREMATCH_DROP.

        An item that cannot be decided, because it has no text or the service fails, is returned unchanged.
        """
        adapter = ItemAdapter(item)
        try:
            article, _ = read_fields(adapter.asdict(), self._fields)
        except RowError as error:
            logger.debug("Not an article: %s", error)
            self._count(error.cause)
            return item
        sent = Article.model_validate(article.model_dump())
        if sent.source is None and self._source:
            sent = sent.model_copy(update={"source": self._source})
        try:
            decision, original_id, report = await self._decide(sent)
        except ClientError as error:
            logger.warning("Kept undecided: %s", error)
            self._count("error")
            return item
        self._count(decision)
        if at_least(decision, self._drop):
            self._count("dropped")
            raise DropItem(f"{decision} of {original_id}", log_level="INFO")
        if self._note:
            self._annotate(adapter, decision, original_id, report)
        return item

    async def _decide(self, article: Article) -> tuple[str, str | None, Report | None]:
        """Return the decision, the original's id and, unless the same article is already stored, the report."""
        assert self._client is not None  # open_spider was called
        if not self._store:
            checked = await self._client.check(article)
            return checked.decision, checked.original_id, checked
        try:
            receipt = await self._client.add(article, unless_duplicate=at_least("duplicate", self._drop))
        except ArticleExistsError:  # crawled before
            assert article.id is not None
            stored = await self._client.get(article.id)
            if (stored.body, stored.headline) == (article.body, article.headline):
                return "duplicate", article.id, None
            receipt = await self._client.put(article.id, article)
            self._count("updated")
        report = receipt.report
        assert report is not None  # requested by default
        return report.decision, report.original_id, report

    def _annotate(self, adapter: ItemAdapter, decision: str, original_id: str | None, report: Report | None) -> None:
        best = report.matches[0] if report and report.matches else None
        note = {"decision": str(decision), "original_id": original_id}
        if best is not None:
            note |= best.model_dump(mode="json", include={"probability", "coverage", "verbatim", "credited"})
        try:
            adapter[self._note] = note
        except KeyError:  # an Item without this field
            self._count("no_note_field")

    def _count(self, name: str) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"wirematch/{name}")
