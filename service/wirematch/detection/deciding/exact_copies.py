"""Which stored article a submission copies word for word. A copy joins the cluster of the first article with its text.

That holds whether or not it was also compared with others, so clusters do not depend on the fast path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from wirematch.detection.policy import is_exact_duplicate, size_of
from wirematch.index.protocol import Record
from wirematch.matching.fast_decision import StoryRelation
from wirematch.models import Article, Relation
from wirematch.text.markup import plain_text


def storing_order(record: Record) -> tuple[datetime, int]:
    """Sort key: time of storing, then document number."""
    return record.stored_at, record.number


def first_copied(submission: Article, records: Iterable[Record]) -> Record | None:
    """The first record with the very text of the submission that may be its source, or None.

    Only texts of equal length are decoded, and only of equal texts the rest of the record.
    """
    text = plain_text(submission)
    size = size_of(text)
    for record in sorted((one for one in records if one.size == size), key=storing_order):
        if record.body == text and is_exact_duplicate(submission, record.article):
            return record
    return None


def has_later(published: datetime | None, records: Iterable[Record]) -> bool:
    """Whether a record was published later than ``published``, and so may derive from it."""
    return published is not None and any(
        theirs > published for record in records if (theirs := record.published_at) is not None
    )


def copied_id(submission: Article, sources: Sequence[StoryRelation], by_id: Mapping[str, Record]) -> str | None:
    """Id of the first source with the very text of the submission; None if none is known to have it."""
    copies = [by_id[one.story.id or ""] for one in sources if one.relation is Relation.COPY]
    original = first_copied(submission, copies) if copies else None
    return None if original is None else original.id
