"""What is handed from step to step: each step's result holds the result of the step before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wirematch.detection.crosslingual.translating import Translation
from wirematch.detection.scheduling.executor import WorkAhead
from wirematch.fingerprint.beside import Beside
from wirematch.fingerprint.minhash import Fingerprint
from wirematch.index.protocol import Lookup, Placement, Record
from wirematch.matching.judge import Verdict
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.models import Article, Decision
from wirematch.state.clusters import ClusterLink
from wirematch.text.prepared import PreparedText


@dataclass(frozen=True, slots=True, eq=False)
class Submission:
    """An article that is asked about, signed; with its placement where it is stored itself."""

    article: Article
    fingerprint: Fingerprint
    placement: Placement | None = None
    skeleton: bytes | None = None
    """Of the text of an article that is stored."""
    text: PreparedText | None = None
    """Prepared, where that is held for what comes next."""
    ahead: WorkAhead[PreparedArticle] | None = None
    """Where it is being prepared for comparison already."""

    @property
    def id(self) -> str:
        """Of an article that is stored, or about to be."""
        assert self.article.id is not None
        return self.article.id

    @property
    def beside(self) -> Beside:
        """What is kept beside its text."""
        return Beside(self.fingerprint.sketch, self.skeleton)

    @property
    def number(self) -> int | None:
        """None of an article that is not stored."""
        return None if self.placement is None else self.placement.number

    @property
    def stored_at(self) -> datetime | None:
        """None of an article that is not stored."""
        return None if self.placement is None else self.placement.stored_at


@dataclass(frozen=True, slots=True, eq=False)
class AcrossCandidate:
    """A stored article in another language than the submission's."""

    record: Record
    translation: Record | None
    """As it reads in the pivot; None where it is in the pivot."""


@dataclass(frozen=True, slots=True, eq=False)
class RetrievedAcross:
    """What a submission may have to do with in other languages."""

    pivot: str
    language: str | None
    """The submission's; None where that cannot be told."""
    translation: Translation | None
    """How the submission reads in the pivot; None where it is in the pivot, or has no translation."""
    candidates: Sequence[AcrossCandidate]
    untranslated: str | None
    """Why it has no translation where it should have one."""


@dataclass(frozen=True, slots=True, eq=False)
class Retrieved:
    """A submission with the stored articles that it may derive from."""

    submission: Submission
    lookup: Lookup
    records: list[Record]
    """Those worth a comparison, best first."""
    looked_at: int
    """How many candidates the sieves saw."""
    partial: bool
    """Whether a part of the index did not answer in time."""
    passed_over: int = 0
    """Candidates worth a comparison that are not compared, as all of them together are too long."""
    across: RetrievedAcross | None = None
    """None where nothing is translated."""

    @property
    def every_record(self) -> list[Record]:
        """Of all articles that the submission is compared with; one that is compared in both ways comes twice."""
        return [*self.records, *(one.record for one in (self.across.candidates if self.across else ()))]


@dataclass(frozen=True, slots=True, eq=False)
class DecidedSubmission:
    """A stored submission with its decision."""

    retrieved: Retrieved
    decision: Decision
    closest_id: str | None
    """The story that it derives from most closely; what that derives from in turn, its cluster knows."""
    verdict: Verdict | None
    """The evidence; None when nobody wants to see it."""
    sources: Sequence[ClusterLink] = ()
    """What it derives from as surely as from the best, earliest first; where it only takes passages, the best."""
    followers: Sequence[ClusterLink] = ()
    """Copies and rewrites of it that were stored before it."""
    pickups: Sequence[str] = ()
    """Ids of all stored articles that were published later and derive from it."""
    dropped: bool = False
    """Whether it is a copy that is not to be kept."""
    copied_id: str | None = None
    """The first of the sources that has the very text; None where none is known to have it."""


@dataclass(frozen=True, slots=True, eq=False)
class ClusteredSubmission:
    """A decided submission with the original of its cluster."""

    decided: DecidedSubmission
    original_id: str | None
    """None when it derives from nothing."""
