"""What becomes of a news document: its story is stored, replaced or withdrawn.

An article in Wirematch's own JSON carries no version, so its id is either free or taken, as in ``Detector.add``. A
document in a news format is checked against the version that is stored.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace

from pydantic import Field

from wirematch.concurrency import together
from wirematch.detection.detector import Detector
from wirematch.detection.documents import versions
from wirematch.detection.documents.replacing import Replacing
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.errors import (
    ArticleExistsError,
    ArticleNotFoundError,
    DamagedRecordError,
    IndexUnavailableError,
    SeveralDocumentsError,
)
from wirematch.formats.document import Document, Documents, Status
from wirematch.formats.parse_options import DEFAULT_PARSE_OPTIONS, ParseOptions
from wirematch.formats.registry import Format, read
from wirematch.index.protocol import PutOutcome, Record
from wirematch.models import BOUNDED, ODDITIES, Article, Bound, Identifier, Match, Receipt, StoredArticle, Strict
from wirematch.models.listings import PARTIAL, PickupPage
from wirematch.state.earlier_versions import EarlierVersions
from wirematch.state.idempotency import FIRST_ATTEMPT, Attempt
from wirematch.state.withdrawals import Kill, Kills

Condition = Callable[[StoredArticle | None], None]
"""Called before a change with the article stored under the id, or None; it raises to prevent the change."""
MOST_PICKUPS = 10_000
MOST_TRIES = 100
"""Attempts for a document whose stored version keeps changing; each time, one of the competing writers succeeds."""


class Withdrawal(Strict):
    """A story was taken back."""

    id: Identifier
    status: Status = Field(description="'canceled' or 'withheld', as the document says.")
    withdrawn: bool = Field(description="Whether the story was stored and now is not; false when there was none.")
    outdated: bool = Field(default=False, description="The stored version is newer than the withdrawn one, and stays.")
    edit_note: str | None = None
    pickups: list[Match] = Field(description="Stored articles that derive from the story, newest first: whom to warn.")
    bounded: list[Bound] = Field(default_factory=list, exclude_if=operator.not_, description=BOUNDED)
    partial_index: bool = Field(default=False, exclude_if=operator.not_, description=PARTIAL)
    warnings: list[str] = Field(default_factory=list, exclude_if=operator.not_, description=ODDITIES)

    @property
    def incomplete(self) -> bool:
        """Whether ``pickups`` may lack some."""
        return self.partial_index or bool(self.bounded)


class DocumentIntake:
    """Receives documents and respects the order of their versions. Raises the errors of Detector."""

    def __init__(
        self,
        detector: Detector,
        kills: Kills,
        executor: BoundedExecutor,
        parse_options: ParseOptions = DEFAULT_PARSE_OPTIONS,
        earlier: EarlierVersions | None = None,
    ) -> None:
        """``executor`` runs the parsing; it may share the detector's queue or have its own.

        ``earlier`` keeps the versions that were replaced; with None they are dropped.
        """
        self._replacing = Replacing(detector, earlier)
        self._parse_options = parse_options
        self._detector = detector
        self._kills = kills
        self._executor = executor

    async def read(
        self, content: bytes, format_: Format, charset: str | None = None, *, strict: bool = False
    ) -> Documents:
        """Parse ``content`` in a thread and return its documents; InvalidDocumentError, OverloadedError."""
        options = replace(self._parse_options, strict=strict)
        return await self._executor.run_weighed(len(content), read, content, format_, charset, options)

    async def receive(
        self,
        document: Document,
        *,
        report: bool = True,
        unless_duplicate: bool = False,
        replace: bool = False,
        attempt: Attempt = FIRST_ATTEMPT,
    ) -> tuple[PutOutcome | None, Receipt | Withdrawal]:
        """Store the document's story, replace an older version of it, or withdraw it.

        With ``replace``, an article in Wirematch's own format replaces what its id held. The outcome is None when
        nothing was stored: for a withdrawal, for a copy with ``unless_duplicate``, and for a version older than the
        stored one or than a withdrawal, which changes nothing.
        """
        if document.own and document.article is not None and replace:
            return await self.put(document.article, report=report)
        if document.article is not None and (document.own or document.id is None):
            outcome, receipt = await self._add(
                document.article, report=report, unless_duplicate=unless_duplicate, attempt=attempt
            )
            return outcome, _with_warnings(document, receipt)
        assert document.id is not None  # a withdrawal has one
        if document.withdrawn:
            return None, await self._withdraw(document, document.id)
        outcome, receipt = await self._receive(document, document.id, report=report, unless_duplicate=unless_duplicate)
        return outcome, _with_warnings(document, receipt)

    async def put(
        self, article: Article, *, report: bool = True, condition: Condition | None = None
    ) -> tuple[PutOutcome, Receipt]:
        """Store an article, replacing whatever its id holds; the earliest known time of publication is kept."""
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
        raise IndexUnavailableError("Other requests keep changing this article; try again in a moment.")

    async def delete(self, article_id: str, condition: Condition) -> None:
        """Remove an article if ``condition`` permits; ArticleNotFoundError when there is none."""
        for _ in range(MOST_TRIES):
            stored = await self._stored(article_id)
            condition(None if stored is None else stored.article)
            if stored is None:
                await self._detector.remove(article_id)  # leftovers of an interrupted deletion or an expired article
                raise ArticleNotFoundError(article_id)
            if await self._detector.remove(article_id, stored.number):
                return
        raise IndexUnavailableError("Other requests keep changing this article; try again in a moment.")

    async def _receive(
        self, document: Document, article_id: str, *, report: bool, unless_duplicate: bool
    ) -> tuple[PutOutcome | None, Receipt]:
        """Place the document by an optimistic loop: starts over when the stored article changes meanwhile."""
        for _ in range(MOST_TRIES):
            stored, kill = await together(self._stored(article_id), self._kills.of(article_id))
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
            # A withdrawal noted since did not see what is stored now; one that comes later will.
            kill = await self._kills.of(article_id) if done[1].stored else None
            if kill is not None and versions.killed(document, kill):
                await self._take_back(article_id, kill, versions.killed)
                return None, Receipt(id=article_id, stored=False, version=None, report=None)
            return done
        raise IndexUnavailableError("Other requests keep changing this article; try again in a moment.")

    async def _place(
        self, document: Document, stored: Record | None, kill: Kill | None, *, report: bool, unless_duplicate: bool
    ) -> tuple[PutOutcome | None, Receipt] | None:
        """Store a document over ``stored``, or as new if that is None; None when ``stored`` changed meanwhile."""
        if stored is None:
            try:
                article = _revived(versions.continued(document, None), kill)
                return await self._add(article, report=report, unless_duplicate=unless_duplicate)
            except ArticleExistsError:
                return None
        there = versions.version_of(stored.article)
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
        """Take from an older version, which is not stored, an earlier time of publication or the story's beginning.

        Returns None when what is stored changed meanwhile.
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
        """Note an earlier time of publication told by a version that was withdrawn before it arrived."""
        known = kill if document.article is None else kill.and_known(document.article.published_at)
        if known != kill:
            await self._kills.note(article_id, known, versions.older)

    async def _add(
        self, article: Article, *, report: bool, unless_duplicate: bool, attempt: Attempt = FIRST_ATTEMPT
    ) -> tuple[PutOutcome | None, Receipt]:
        receipt = await self._detector.add(article, report=report, unless_duplicate=unless_duplicate, attempt=attempt)
        return PutOutcome.CREATED if receipt.stored else None, receipt

    async def _withdraw(self, document: Document, article_id: str) -> Withdrawal:
        """Note the kill, then remove the story: an older version that is stored from now on will meet the note."""
        kill = Kill(document.version, document.version_created)
        await self._kills.note(article_id, kill, versions.older)
        stored = await self._stored(article_id)
        if stored is not None and stored.article.published_at is not None:
            kill = kill.and_known(stored.article.published_at)
            await self._kills.note(article_id, kill, versions.older)
        odd = versions.oddity(kill, versions.version_of(stored.article)) if stored is not None else None
        removed, outdated = await self._take_back(article_id, kill, lambda there, it: not versions.outdates(there, it))
        return Withdrawal(
            id=article_id,
            status=document.status,
            withdrawn=removed is not None,
            outdated=outdated,
            edit_note=document.edit_note,
            pickups=[] if removed is None else removed.pickups,
            bounded=[] if removed is None else removed.bounded,
            partial_index=removed is not None and removed.partial_index,
            warnings=[*document.told, *([odd] if odd else [])],
        )

    async def _take_back(
        self, article_id: str, kill: Kill, means: Callable[[Kill, Kill], bool]
    ) -> tuple[PickupPage | None, bool]:
        """Remove what a kill ``means``. Returns the pickups (None if nothing was stored) and whether a newer one stays.

        Pickups are listed first: they are found by the story's text, which is gone afterwards. A version withdrawn by
        a kill with a lower number, or without one, is noted so that it does not return.
        """
        for _ in range(MOST_TRIES):
            stored = await self._stored(article_id)
            if stored is None:
                return None, False
            there = versions.version_of(stored.article)
            if not means(there, kill):
                return None, True
            try:
                page = await self._detector.stored.pickups(article_id, 0, MOST_PICKUPS)
            except ArticleNotFoundError:  # somebody else was a moment earlier
                return None, False
            if versions.older(kill, there):
                await self._kills.note(article_id, there, versions.older)
            if await self._detector.remove(article_id, stored.number):
                return page, False
        raise IndexUnavailableError("Other requests keep changing this article; try again in a moment.")

    async def _stored(self, article_id: str) -> Record | None:
        """Return what is stored under an id; a damaged record is removed to make way for what comes."""
        try:
            return await self._detector.index.get(article_id)
        except ArticleNotFoundError:
            return None
        except DamagedRecordError as error:
            await self._detector.remove(article_id, error.number)
            return None


def _revived(article: Article, kill: Kill | None) -> Article:
    """Return the article with its first time of publication, which the kill kept for a story that comes back."""
    return article if kill is None else versions.with_earliest(article, kill.published_at)


def _with_warnings(document: Document, receipt: Receipt) -> Receipt:
    """Return the receipt with the warnings about the document added."""
    told = [*document.told, *receipt.warnings]
    return receipt.model_copy(update={"warnings": told}) if told else receipt


def only_document(documents: Documents) -> Document:
    """Return the only document, with warnings about refused neighbours; SeveralDocumentsError when there are more."""
    if len(documents) > 1:
        raise SeveralDocumentsError(len(documents))
    return documents[0].with_warnings(documents.refused)
