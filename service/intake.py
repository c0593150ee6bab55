"""What becomes of a news document: a story stored, replaced or taken back.

An article in Wirematch's own JSON has no version of its own, so its id is either free or taken, as ``Detector.add`` has
it. A document of a news format is held against the version that is stored.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime

from pydantic import Field

from service.detector import Detector
from service.errors import ArticleExistsError, ArticleNotFoundError, SeveralDocumentsError
from service.formats.document import Document, Status
from service.formats.registry import Format, read
from service.formats.times import read_time
from service.index.story_index import Outcome
from service.models import Article, Identifier, Match, Receipt, StoredArticle, Strict
from service.offload import Offload

MOST_PICKUPS = 10_000
_LOCKS = 256
_NUMBERS = re.compile(r"\d{1,18}(\.\d{1,18}){0,7}", re.ASCII)


class Withdrawal(Strict):
    """A story was taken back."""

    id: Identifier
    status: Status = Field(description="'canceled' or 'withheld', as the document says.")
    withdrawn: bool = Field(description="Whether the story was stored and now is not; false when there was none.")
    outdated: bool = Field(
        default=False, description="The stored version is newer than what was taken back, and stays."
    )
    edit_note: str | None = None
    pickups: list[Match] = Field(description="Stored articles that derive from the story, newest first: whom to warn.")


class Intake:
    """Receives documents in the order of their versions. Errors are those of Detector."""

    def __init__(self, detector: Detector, offload: Offload) -> None:
        """``offload`` does the reading; its line is the detector's or one beside it."""
        self._detector = detector
        self._offload = offload
        # Looking at the stored version and replacing it are two calls; in a process, a document waits for another.
        self._locks = [asyncio.Lock() for _ in range(_LOCKS)]

    async def read(self, content: bytes, format_: Format, charset: str | None = None) -> list[Document]:
        """The documents in ``content``, read in a thread; InvalidDocumentError, OverloadedError."""
        return await self._offload.run(read, content, format_, charset)

    async def receive(
        self, document: Document, *, report: bool = True, unless_duplicate: bool = False, replace: bool = False
    ) -> tuple[Outcome | None, Receipt | Withdrawal]:
        """Store the document's story, replace an older version of it, or take it back.

        With ``replace``, an article in a format of Wirematch's own replaces what its id held. The outcome is None when
        nothing was stored: a withdrawal, a copy with ``unless_duplicate``, or a version that is older than the stored
        one, which changes nothing.
        """
        if document.own and document.article is not None and replace:
            return await self._detector.put(document.article, report=report)
        if document.article is not None and (document.own or document.id is None):
            return await self._add(document.article, report=report, unless_duplicate=unless_duplicate)
        assert document.id is not None  # a withdrawal has one
        async with self._locks[hash(document.id) % _LOCKS]:
            try:
                return await self._receive(document, document.id, report=report, unless_duplicate=unless_duplicate)
            except ArticleExistsError:  # another process was a moment earlier; now there is a version to look at
                return await self._receive(document, document.id, report=report, unless_duplicate=unless_duplicate)

    async def _receive(
        self, document: Document, article_id: str, *, report: bool, unless_duplicate: bool
    ) -> tuple[Outcome | None, Receipt | Withdrawal]:
        stored = await self._stored(article_id)
        outdated = stored is not None and _older(document, stored)
        if document.withdrawn:
            return None, await self._withdraw(document, article_id, stored, outdated=outdated)
        assert document.article is not None
        if stored is None:
            return await self._add(document.article, report=report, unless_duplicate=unless_duplicate)
        if outdated:
            return None, Receipt(id=article_id, stored=False, version=stored.version, report=None)
        return await self._detector.put(document.article, report=report)

    async def _add(
        self, article: Article, *, report: bool, unless_duplicate: bool
    ) -> tuple[Outcome | None, Receipt | Withdrawal]:
        receipt = await self._detector.add(article, report=report, unless_duplicate=unless_duplicate)
        return Outcome.CREATED if receipt.stored else None, receipt

    async def _withdraw(
        self, document: Document, article_id: str, stored: StoredArticle | None, *, outdated: bool
    ) -> Withdrawal:
        """The pickups are listed first: they are found by the story's text, which is gone after."""
        answer = Withdrawal(
            id=article_id,
            status=document.status,
            withdrawn=False,
            outdated=outdated,
            edit_note=document.edit_note,
            pickups=[],
        )
        if stored is None or outdated:
            return answer
        try:
            page = await self._detector.pickups(article_id, 0, MOST_PICKUPS)
            await self._detector.delete(article_id)
        except ArticleNotFoundError:  # somebody else was a moment earlier
            return answer
        return answer.model_copy(update={"withdrawn": True, "pickups": page.pickups})

    async def _stored(self, article_id: str) -> StoredArticle | None:
        try:
            return await self._detector.get(article_id)
        except ArticleNotFoundError:
            return None


def one(documents: list[Document]) -> Document:
    """The only document; SeveralDocumentsError when there are more."""
    if len(documents) > 1:
        raise SeveralDocumentsError(len(documents))
    return documents[0]


def _older(document: Document, stored: StoredArticle) -> bool:
    """Whether the stored article is a newer version, by number where both have one, else by time.

    What says neither is taken in the order in which it comes.
    """
    kept = stored.metadata or {}
    mine, theirs = _number(document.version), _number(kept.get("version"))
    if mine is not None and theirs is not None and mine != theirs:
        return mine < theirs
    created, before = document.version_created, _time(kept.get("version_created"))
    return created is not None and before is not None and created < before


def _number(version: object) -> tuple[int, ...] | None:
    """A version as a number to compare by: 10 comes after 9, and 1.10 after 1.9."""
    if not isinstance(version, str) or not _NUMBERS.fullmatch(version.strip()):
        return None
    return tuple(map(int, version.strip().split(".")))


def _time(value: object) -> datetime | None:
    return read_time(value) if isinstance(value, str) else None
