"""What one step hands to the next: each result contains that of the step before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wirematch.detection.scheduling.executor import WorkAhead
from wirematch.detection.translations.translating import Translation
from wirematch.fingerprint.minhash import Fingerprint
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index.protocol import Lookup, Placement, Record
from wirematch.matching.judge import Verdict
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.models import Article, Decision
from wirematch.state.clusters import ClusterLink
from wirematch.text.prepared import PreparedText


@dataclass(frozen=True, slots=True, eq=False)
class Submission:
    """An article that is asked about, with its fingerprint, and with its placement if it is stored itself."""

    article: Article
    fingerprint: Fingerprint
    placement: Placement | None = None
    skeleton: bytes | None = None
    """Skeleton of the text; only of an article that is stored."""
    text: PreparedText | None = None
    """The prepared text, if it is kept for the next step."""
    ahead: WorkAhead[PreparedArticle] | None = None
    """Set if a thread is already preparing the article for comparison."""

    @property
    def id(self) -> str:
        """The article's id; it must be stored or about to be."""
        assert self.article.id is not None
        return self.article.id

    def at(self, placement: Placement) -> Submission:
        """The submission as it was stored; ``dataclasses.replace`` takes twice as long."""
        return Submission(self.article, self.fingerprint, placement, self.skeleton, self.text, self.ahead)

    @property
    def aids(self) -> StoredAids:
        """Sketch and skeleton, which are stored beside the text."""
        return StoredAids(self.fingerprint.sketch, self.skeleton)

    @property
    def number(self) -> int | None:
        """Document number; None if the article is not stored."""
        return None if self.placement is None else self.placement.number

    @property
    def stored_at(self) -> datetime | None:
        """Time of storing; None if the article is not stored."""
        return None if self.placement is None else self.placement.stored_at


@dataclass(frozen=True, slots=True, eq=False)
class CrossLingualCandidate:
    """A stored article in another language than the submission's."""

    record: Record
    translation: Record | None
    """Its translation into the pivot; None if the article is in the pivot itself."""


@dataclass(frozen=True, slots=True, eq=False)
class CrossLingualCandidates:
    """Candidates for a submission in other languages."""

    pivot: str
    language: str | None
    """The submission's language; None if that cannot be told."""
    translation: Translation | None
    """The submission in the pivot; None if it is in the pivot already or has no translation."""
    candidates: Sequence[CrossLingualCandidate]
    untranslated: str | None
    """Why it has no translation although it should; None otherwise."""


def weight_of(records: Iterable[Record]) -> int:
    """Bytes of the records' texts, the work of comparing with them."""
    return sum(record.size for record in records)


@dataclass(frozen=True, slots=True, eq=False)
class Retrieved:
    """A submission with the stored articles that it may derive from."""

    submission: Submission
    lookup: Lookup
    records: list[Record]
    """Records worth a comparison, best first."""
    looked_at: int
    """Candidates that the sieves saw."""
    partial: bool
    """Whether a part of the index did not answer in time, so that candidates may be missing."""
    passed_over: int = 0
    """Candidates worth a comparison that are not compared because together they are too long."""
    cross_lingual: CrossLingualCandidates | None = None
    """None if nothing is translated."""

    @property
    def every_record(self) -> list[Record]:
        """Records of all articles compared with the submission; one that is compared both ways comes twice."""
        return [*self.records, *(one.record for one in (self.cross_lingual.candidates if self.cross_lingual else ()))]

    @property
    def weight(self) -> int:
        """Bytes of the candidates' texts."""
        return weight_of(self.every_record)

    def and_records(self, others: Sequence[Record]) -> Retrieved:
        """Return the same with these candidates, too, if they are not among them."""
        known = {record.number for record in self.records}
        return replace(self, records=[*self.records, *(one for one in others if one.number not in known)])

    def among(self, select: Callable[[Sequence[Record]], list[Record]]) -> Retrieved:
        """Return the same with only the candidates that ``select`` leaves, in every language."""
        foreign = self.cross_lingual
        if foreign is not None:
            left = {record.number for record in select([one.record for one in foreign.candidates])}
            foreign = replace(foreign, candidates=[one for one in foreign.candidates if one.record.number in left])
        return replace(self, records=select(self.records), cross_lingual=foreign)


@dataclass(frozen=True, slots=True, eq=False)
class DecidedSubmission:
    """A stored submission and its decision."""

    retrieved: Retrieved
    decision: Decision
    closest_id: str | None
    """The story that it derives from most closely. What that derives from in turn is known to its cluster."""
    verdict: Verdict | None
    """The evidence; None when nobody asked for it."""
    sources: Sequence[ClusterLink] = ()
    """Sources about as certain as the best one, earliest first; if it only takes passages, the best one alone."""
    followers: Sequence[ClusterLink] = ()
    """Copies and rewrites of the submission that were stored before it."""
    pickups: Sequence[str] = ()
    """Ids of all stored articles published later that derive from it."""
    dropped: bool = False
    """Whether it is a copy and is not to be kept."""
    copied_id: str | None = None
    """The first of the sources that has the very text; None where none is known to have it."""


@dataclass(frozen=True, slots=True, eq=False)
class ClusteredSubmission:
    """A decided submission with the original of its cluster."""

    decided: DecidedSubmission
    original_id: str | None
    """None when it derives from nothing."""
