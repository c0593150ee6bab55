"""What becomes of a news document: a story stored, replaced or taken back.

An article in Wirematch's own JSON has no version of its own, so its id is either free or taken, as ``Detector.add`` has
it. A document of a news format is held against the version that is stored.
"""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable
from dataclasses import replace

from pydantic import Field

from wirematch.detection import versions
from wirematch.detection.detector import Detector
from wirematch.detection.replacing import Replacing
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.errors import (
    ArticleExistsError,
    ArticleNotFoundError,
    DamagedRecordError,
    IndexUnavailableError,
    SeveralDocumentsError,
)
from wirematch.formats.document import Document, Documents, Status
from wirematch.formats.reading import AS_IT_COMES, Reading
from wirematch.formats.registry import Format, read
from wirematch.index.protocol import PutOutcome, Record
from wirematch.models import ODDITIES, Article, Identifier, Match, Receipt, StoredArticle, Strict
from wirematch.state.earlier_versions import EarlierVersions
from wirematch.state.idempotency import FIRST_ATTEMPT, Attempt
from wirematch.state.withdrawals import Kill, Kills

Condition = Callable[[StoredArticle | None], None]
"""Is called with the article stored under an id, or None, before a change of it; what it raises prevents the change."""
MOST_PICKUPS = 10_000
MOST_TRIES = 100
"""Of a document whose stored version another one changes meanwhile; each time, one of them gets through."""


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
    warnings: list[str] = Field(default_factory=list, exclude_if=operator.not_, description=ODDITIES)


class DocumentIntake:
    """Receives documents in the order of their versions. Errors are those of Detector."""

    def __init__(
        self,
        detector: Detector,
        kills: Kills,
        executor: BoundedExecutor,
        reading: Reading = AS_IT_COMES,
        earlier: EarlierVersions | None = None,
    ) -> None:
        """``executor`` does the reading; its line is the detector's or one beside it.

        ``earlier`` keeps what articles were before they were replaced.
        """
        self._replacing = Replacing(detector, earlier)
        self._reading = reading
        self._detector = detector
        self._kills = kills
        self._executor = executor

    async def read(
        self, content: bytes, format_: Format, charset: str | None = None, *, strict: bool = False
    ) -> Documents:
        """The documents in ``content``, read in a thread; InvalidDocumentError, OverloadedError."""
        return await self._executor.run(read, content, format_, charset, replace(self._reading, strict=strict))

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
            return await self.put(document.article, report=report)
        if document.article is not None and (document.own or document.id is None):
            outcome, receipt = await self._add(
                document.article, report=report, unless_duplicate=unless_duplicate, attempt=attempt
            )
            return outcome, _telling(document, receipt)
        assert document.id is not None  # a withdrawal has one
        if document.withdrawn:
            return None, await self._withdraw(document, document.id)
        outcome, receipt = await self._receive(document, document.id, report=report, unless_duplicate=unless_duplicate)
        return outcome, _telling(document, receipt)

    async def put(
        self, article: Article, *, report: bool = True, condition: Condition | None = None
    ) -> tuple[PutOutcome, Receipt]:
        """Store an article in place of whatever its id holds; the earliest time of publication that is known stays."""
        assert article.id is not None
        for _ in range(MOST_TRIES):
            stored = await self._stored(article.id)
            if condition is not None:
                condition(None if stored is None else stored.article)
            if stored is None:
                try:
                    revived = _revived(article, await self._kills.of(article.id))
                    return PutOutcome.CREATED, await self._detector.add(revived, report=report)
                except ArticleExistsError:
                    continue
            merged = versions.with_earliest(article, stored.article.published_at)
            if (done := await self._replacing.replace(merged, stored, report=report)) is not None:
                return done
        raise IndexUnavailableError("Others keep changing this article; try again in a moment.")

    async def delete(self, article_id: str, condition: Condition) -> None:
        """Remove an article if it meets a condition; ArticleNotFoundError when there is none."""
        for _ in range(MOST_TRIES):
            stored = await self._stored(article_id)
            condition(None if stored is None else stored.article)
            if stored is None:
                await self._detector.remove(article_id)  # what an interrupted deletion left, or one that has expired
                raise ArticleNotFoundError(article_id)
            if await self._detector.remove(article_id, stored.number):
                return
        raise IndexUnavailableError("Others keep changing this article; try again in a moment.")

    async def _receive(
        self, document: Document, article_id: str, *, report: bool, unless_duplicate: bool
    ) -> tuple[PutOutcome | None, Receipt]:
        """What is stored may change between looking at it and replacing it; then it is looked at again."""
        for _ in range(MOST_TRIES):
            stored, kill = await asyncio.gather(self._stored(article_id), self._kills.of(article_id))
            if kill is not None and versions.killed(document, kill):
                await self._note_publication(article_id, document, kill)
                return None, Receipt(id=article_id, stored=False, version=None, report=None)
            if stored is not None and versions.is_another_message(document, stored.article):
                assert document.alone_id is not None
                article_id, document = document.alone_id, document.under(document.alone_id)
                document = document.model_copy(update={"alone_id": None})
                continue
            done = await self._place(document, stored, kill, report=report, unless_duplicate=unless_duplicate)
            if done is None:
                continue
            # A withdrawal that was noted since has not met what is stored now, and one that comes will meet it.
            kill = await self._kills.of(article_id) if done[1].stored else None
            if kill is not None and versions.killed(document, kill):
                await self._take_back(article_id, kill, versions.killed)
                return None, Receipt(id=article_id, stored=False, version=None, report=None)
            return done
        raise IndexUnavailableError("Others keep changing this article; try again in a moment.")

    async def _place(
        self, document: Document, stored: Record | None, kill: Kill | None, *, report: bool, unless_duplicate: bool
    ) -> tuple[PutOutcome | None, Receipt] | None:
        """Store a document where ``stored`` is, or nothing; None when that has changed meanwhile."""
        if stored is None:
            try:
                article = _revived(versions.continued(document, None), kill)
                return await self._add(article, report=report, unless_duplicate=unless_duplicate)
            except ArticleExistsError:
                return None
        there = versions.kept(stored.article)
        if versions.older(document, there):
            late = await self._receive_late(document, stored)
            return None if late is None else (None, late)
        article = versions.with_earliest(versions.continued(document, stored.article), stored.article.published_at)
        replaced = await self._replacing.replace(article, stored, report=report)
        odd = versions.oddity(document, there)
        if replaced is None or odd is None:
            return replaced
        return replaced[0], replaced[1].model_copy(update={"warnings": [odd]})

    async def _receive_late(self, document: Document, stored: Record) -> Receipt | None:
        """An older version is not stored, but the story was published when it was, and may begin with it.

        None when what is stored has changed meanwhile.
        """
        there = stored.article.as_submitted()
        whole = versions.before(document, there)
        earlier = versions.published_before(document.article, whole or there) or whole
        version = stored.article.version
        if earlier is not None:
            replaced = await self._replacing.replace(earlier, stored)
            if replaced is None:
                return None
            version = replaced[1].version or version
        return Receipt(id=stored.article.id, stored=False, version=version, report=None)

    async def _note_publication(self, article_id: str, document: Document, kill: Kill) -> None:
        """A version that was taken back before it came may say that the story was published earlier than was known."""
        known = kill if document.article is None else kill.and_known(document.article.published_at)
        if known != kill:
            await self._kills.note(article_id, known, versions.older)

    async def _add(
        self, article: Article, *, report: bool, unless_duplicate: bool, attempt: Attempt = FIRST_ATTEMPT
    ) -> tuple[PutOutcome | None, Receipt]:
        receipt = await self._detector.add(article, report=report, unless_duplicate=unless_duplicate, attempt=attempt)
        return PutOutcome.CREATED if receipt.stored else None, receipt

    async def _withdraw(self, document: Document, article_id: str) -> Withdrawal:
        """The note comes first: no older version is stored from then on, or it meets the note when it is."""
        kill = Kill(document.version, document.version_created)
        await self._kills.note(article_id, kill, versions.older)
        stored = await self._stored(article_id)
        if stored is not None and stored.article.published_at is not None:
            kill = kill.and_known(stored.article.published_at)
            await self._kills.note(article_id, kill, versions.older)
        odd = versions.oddity(kill, versions.kept(stored.article)) if stored is not None else None
        pickups, outdated = await self._take_back(article_id, kill, lambda there, it: not versions.outdates(there, it))
        return Withdrawal(
            id=article_id,
            status=document.status,
            withdrawn=pickups is not None,
            outdated=outdated,
            edit_note=document.edit_note,
            pickups=pickups or [],
            warnings=[*document.told, *([odd] if odd else [])],
        )

    async def _take_back(
        self, article_id: str, kill: Kill, means: Callable[[Kill, Kill], bool]
    ) -> tuple[list[Match] | None, bool]:
        """Remove what a kill ``means``: its pickups, None when nothing was there, and whether a newer version stays.

        The pickups are listed first: they are found by the story's text, which is gone after. A version that was taken
        back by a kill with a lower number, or with none, is noted, so that it does not come back.
        """
        for _ in range(MOST_TRIES):
            stored = await self._stored(article_id)
            if stored is None:
                return None, False
            there = versions.kept(stored.article)
            if not means(there, kill):
                return None, True
            try:
                page = await self._detector.stored.pickups(article_id, 0, MOST_PICKUPS)
            except ArticleNotFoundError:  # somebody else was a moment earlier
                return None, False
            if versions.older(kill, there):
                await self._kills.note(article_id, there, versions.older)
            if await self._detector.remove(article_id, stored.number):
                return page.pickups, False
        raise IndexUnavailableError("Others keep changing this article; try again in a moment.")

    async def _stored(self, article_id: str) -> Record | None:
        """What is stored of an article; a record that cannot be read any more makes way for what comes."""
        try:
            return await self._detector.index.get(article_id)
        except ArticleNotFoundError:
            return None
        except DamagedRecordError as error:
            await self._detector.remove(article_id, error.number)
            return None


def _revived(article: Article, kill: Kill | None) -> Article:
    """A story that comes back after a kill was published when it first was."""
    return article if kill is None else versions.with_earliest(article, kill.published_at)


def _telling(document: Document, receipt: Receipt) -> Receipt:
    """The receipt with what was odd about the document."""
    told = [*document.told, *receipt.warnings]
    return receipt.model_copy(update={"warnings": told}) if told else receipt


def one(documents: Documents) -> Document:
    """The only document; SeveralDocumentsError when there are more. What stood beside it and is none, it tells."""
    if len(documents) > 1:
        raise SeveralDocumentsError(len(documents))
    return documents[0].with_warnings(documents.refused)
