"""What becomes of a news document: a story stored, replaced or taken back.

An article in Wirematch's own JSON has no version of its own, so its id is either free or taken, as ``Detector.add`` has
it. A document of a news format is held against the version that is stored.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import Protocol

from pydantic import Field

from wirematch.detection.detector import Detector
from wirematch.detection.executor import BoundedExecutor
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, IndexUnavailableError, SeveralDocumentsError
from wirematch.formats.document import Document, Status
from wirematch.formats.registry import Format, read
from wirematch.formats.times import read_time
from wirematch.index.protocol import PutOutcome, Record
from wirematch.models import Article, Identifier, Match, Receipt, Strict
from wirematch.state.idempotency import FIRST_ATTEMPT, Attempt
from wirematch.state.withdrawals import Kill, Kills

MOST_PICKUPS = 10_000
MOST_TRIES = 100
"""Of a document whose stored version another one changes meanwhile; each time, one of them gets through."""
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


class DocumentIntake:
    """Receives documents in the order of their versions. Errors are those of Detector."""

    def __init__(self, detector: Detector, kills: Kills, executor: BoundedExecutor) -> None:
        """``executor`` does the reading; its line is the detector's or one beside it."""
        self._detector = detector
        self._kills = kills
        self._executor = executor

    async def read(self, content: bytes, format_: Format, charset: str | None = None) -> list[Document]:
        """The documents in ``content``, read in a thread; InvalidDocumentError, OverloadedError."""
        return await self._executor.run(read, content, format_, charset)

    async def receive(
        self,
        document: Document,
        *,
        report: bool = True,
        unless_duplicate: bool = False,
        replace: bool = False,
        attempt: Attempt = FIRST_ATTEMPT,
    ) -> tuple[PutOutcome | None, Receipt | Withdrawal]:
        """Store the document's story, replace an older version of it, or take it back.

        With ``replace``, an article in a format of Wirematch's own replaces what its id held. The outcome is None when
        nothing was stored: a withdrawal, a copy with ``unless_duplicate``, or a version that is older than the stored
        one or than a withdrawal, which changes nothing.
        """
        if document.own and document.article is not None and replace:
            return await self._detector.put(document.article, report=report)
        if document.article is not None and (document.own or document.id is None):
            return await self._add(document.article, report=report, unless_duplicate=unless_duplicate, attempt=attempt)
        assert document.id is not None  # a withdrawal has one
        if document.withdrawn:
            return None, await self._withdraw(document, document.id)
        return await self._receive(document, document.id, report=report, unless_duplicate=unless_duplicate)

    async def _receive(
        self, document: Document, article_id: str, *, report: bool, unless_duplicate: bool
    ) -> tuple[PutOutcome | None, Receipt]:
        """What is stored may change between looking at it and replacing it; then it is looked at again."""
        assert document.article is not None
        for _ in range(MOST_TRIES):
            stored, kill = await asyncio.gather(self._stored(article_id), self._kills.of(article_id))
            if kill is not None and _killed(document, kill):
                return None, Receipt(id=article_id, stored=False, version=None, report=None)
            if stored is None:
                try:
                    done = await self._add(document.article, report=report, unless_duplicate=unless_duplicate)
                except ArticleExistsError:
                    continue
            elif _older(document, _kept(stored.article)):
                return None, Receipt(id=article_id, stored=False, version=stored.article.version, report=None)
            else:
                replaced = await self._detector.replace(document.article, stored.number, report=report)
                if replaced is None:
                    continue
                done = replaced
            # A withdrawal that was noted since has not met what is stored now, and one that comes will meet it.
            kill = await self._kills.of(article_id)
            if kill is not None and _killed(document, kill):
                await self._take_back(article_id, kill)
                return None, Receipt(id=article_id, stored=False, version=None, report=None)
            return done
        raise IndexUnavailableError("Others keep changing this article; try again in a moment.")

    async def _add(
        self, article: Article, *, report: bool, unless_duplicate: bool, attempt: Attempt = FIRST_ATTEMPT
    ) -> tuple[PutOutcome | None, Receipt]:
        receipt = await self._detector.add(article, report=report, unless_duplicate=unless_duplicate, attempt=attempt)
        return PutOutcome.CREATED if receipt.stored else None, receipt

    async def _withdraw(self, document: Document, article_id: str) -> Withdrawal:
        """The note comes first: no older version is stored from then on, or it meets the note when it is."""
        kill = Kill(document.version, document.version_created)
        await self._kills.note(article_id, kill, _older)
        pickups, outdated = await self._take_back(article_id, kill)
        return Withdrawal(
            id=article_id,
            status=document.status,
            withdrawn=pickups is not None,
            outdated=outdated,
            edit_note=document.edit_note,
            pickups=pickups or [],
        )

    async def _take_back(self, article_id: str, kill: Kill) -> tuple[list[Match] | None, bool]:
        """Remove what a kill means: its pickups, None when nothing was there, and whether a newer version stays.

        The pickups are listed first: they are found by the story's text, which is gone after.
        """
        for _ in range(MOST_TRIES):
            stored = await self._stored(article_id)
            if stored is None:
                return None, False
            if _older(kill, _kept(stored.article)):
                return None, True
            try:
                page = await self._detector.pickups(article_id, 0, MOST_PICKUPS)
            except ArticleNotFoundError:  # somebody else was a moment earlier
                return None, False
            if await self._detector.remove(article_id, stored.number):
                return page.pickups, False
        raise IndexUnavailableError("Others keep changing this article; try again in a moment.")

    async def _stored(self, article_id: str) -> Record | None:
        try:
            return await self._detector.index.get(article_id)
        except ArticleNotFoundError:
            return None


def one(documents: list[Document]) -> Document:
    """The only document; SeveralDocumentsError when there are more."""
    if len(documents) > 1:
        raise SeveralDocumentsError(len(documents))
    return documents[0]


class _Versioned(Protocol):
    """What has a version: a document, a stored article's metadata, a kill."""

    @property
    def version(self) -> str | None: ...

    @property
    def version_created(self) -> datetime | None: ...


def _order(mine: _Versioned, theirs: _Versioned) -> int:
    """Below 0 when mine is the older version, above when it is the newer; by number where both have one, else by time.

    0 for what says neither: it is taken in the order in which it comes.
    """
    numbers = _number(mine.version), _number(theirs.version)
    if numbers[0] is not None and numbers[1] is not None and numbers[0] != numbers[1]:
        return -1 if numbers[0] < numbers[1] else 1
    times = mine.version_created, theirs.version_created
    if times[0] is not None and times[1] is not None and times[0] != times[1]:
        return -1 if times[0] < times[1] else 1
    return 0


def _older(mine: _Versioned, theirs: _Versioned) -> bool:
    return _order(mine, theirs) < 0


def _killed(document: Document, kill: Kill) -> bool:
    """Whether a document is a version that was taken back; one with the version of the kill itself is."""
    if _order(document, kill):
        return _older(document, kill)
    named = _number(document.version) is not None and _number(document.version) == _number(kill.version)
    return named or (document.version_created is not None and document.version_created == kill.version_created)


def _kept(stored: Article) -> Kill:
    """The version of a stored article, as its document said."""
    kept = stored.metadata or {}
    version, created = kept.get("version"), kept.get("version_created")
    return Kill(version if isinstance(version, str) else None, read_time(created) if isinstance(created, str) else None)


def _number(version: str | None) -> tuple[int, ...] | None:
    """A version as a number to compare by: 10 comes after 9, and 1.10 after 1.9."""
    if version is None or not _NUMBERS.fullmatch(version.strip()):
        return None
    return tuple(map(int, version.strip().split(".")))
