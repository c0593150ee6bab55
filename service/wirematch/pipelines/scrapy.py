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
from wirematch_client import (
    Article,
    ArticleExistsError,
    AsyncClient,
    ClientError,
    ConnectionFailedError,
    Report,
    Retry,
    UnavailableError,
)

logger = logging.getLogger(__name__)

ATTEMPTS = 10
"""At an item while the service is away. With the pauses between them they outlast a restart: 25 to 55 seconds."""
FIRST_DELAY = 0.5
HOW_TO_GO_ON = (
    "%d items were passed on undecided, because the service at %s did not answer or failed. They have no note in the "
    "output: give these items alone to 'wirematch dedupe --url' to decide them."
)


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
        self._attempts = settings.getint("WIREMATCH_ATTEMPTS", ATTEMPTS)
        self._client: AsyncClient | None = None
        self._hasty: AsyncClient | None = None
        """Makes one attempt, for a service for which an item has waited in vain."""
        self._away = False
        self._failed = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open clients, whose connections are kept for the whole crawl."""
        patient, hasty = Retry(self._attempts, FIRST_DELAY), Retry(attempts=1)
        self._client = AsyncClient(self._url, timeout=self._timeout, retry=patient)
        self._hasty = AsyncClient(self._url, timeout=self._timeout, retry=hasty)

    async def close_spider(self) -> None:
        """Close the clients, and say what was not decided."""
        for client in (self._client, self._hasty):
            if client is not None:
                await client.aclose()
        if self._failed:
            logger.error(HOW_TO_GO_ON, self._failed, self._url)

    async def process_item(self, item: Any) -> Any:
        """Return the item with a note of the decision, or raise DropItem if the decision is at least WIREMATCH_DROP.

        An item that cannot be decided, because it has no text or the service fails, is returned unchanged. Items wait
        for a service that is away; once one has waited in vain, the others do not, until the service answers again.
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
        client = self._hasty if self._away else self._client
        assert client is not None  # open_spider was called
        try:
            decision, original_id, report = await self._decide(client, sent)
        except ClientError as error:
            self._away = isinstance(error, ConnectionFailedError | UnavailableError)
            self._failed += 1
            logger.warning("Kept undecided: %s", error)
            self._count("error")
            return item
        self._away = False
        self._count(decision)
        if at_least(decision, self._drop):
            self._count("dropped")
            raise DropItem(f"{decision} of {original_id}", log_level="INFO")
        if self._note:
            self._annotate(adapter, decision, original_id, report)
        return item

    async def _decide(self, client: AsyncClient, article: Article) -> tuple[str, str | None, Report | None]:
        """Return the decision, the original's id and, unless the same article is already stored, the report."""
        if not self._store:
            checked = await client.check(article)
            return checked.decision, checked.original_id, checked
        try:
            receipt = await client.add(article, unless_duplicate=at_least("duplicate", self._drop))
        except ArticleExistsError:  # crawled before
            assert article.id is not None
            stored = await client.get(article.id)
            if (stored.body, stored.headline) == (article.body, article.headline):
                return "duplicate", article.id, None
            receipt = await client.put(article.id, article)
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
