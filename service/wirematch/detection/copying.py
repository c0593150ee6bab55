"""Which stored article a submission copies word for word. A copy goes where the first of those goes that have its text.

That is so whether anything else was compared with it, so a cluster does not depend on which way a copy took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from wirematch.detection.policy import is_exact_duplicate, size_of
from wirematch.index.protocol import Record
from wirematch.matching.judge import StoryRelation
from wirematch.models import Article, Relation
from wirematch.text.markup import plain_text


def storing_order(record: Record) -> tuple[datetime, int]:
    """Sorts records by when they were stored."""
    return record.stored_at, record.number


def first_copied(submission: Article, records: Iterable[Record]) -> Record | None:
    """The first of the records that has the very text of the submission and may be its source.

    Only of what has as long a text is that worth decoding, and only of what has the very text the rest.
    """
    text = plain_text(submission)
    size = size_of(text)
    for record in sorted((one for one in records if one.size == size), key=storing_order):
        if record.body == text and is_exact_duplicate(submission, record.article):
            return record
    return None


def has_later(published: datetime | None, records: Iterable[Record]) -> bool:
    """Whether one of the records was published later, and so may derive from what was published then."""
    return published is not None and any(
        theirs > published for record in records if (theirs := record.published_at) is not None
    )


def copied_id(submission: Article, sources: Sequence[StoryRelation], by_id: Mapping[str, Record]) -> str | None:
    """The first of the sources that has the very text; None where none is known to have it."""
    copies = [by_id[one.story.id or ""] for one in sources if one.relation is Relation.COPY]
    original = first_copied(submission, copies) if copies else None
    return None if original is None else original.id
