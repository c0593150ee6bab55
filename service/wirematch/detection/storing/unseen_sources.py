"""Sources of stored articles that a late decision does not see any more.

A bucket keeps the newest articles only, so after many copies nothing leads to what an article derives from. Whoever
decides the article again would find no source, or another one, although its first decision was right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from wirematch.detection.clustering import update_of
from wirematch.detection.steps import DetectionSteps
from wirematch.detection.submission import DecidedSubmission, Retrieved
from wirematch.errors import PartialIndexError
from wirematch.index.protocol import Record, Records, precedes
from wirematch.index.records.codec import milliseconds
from wirematch.state.clusters import ClusterUpdate, KeptMembership, source_of


class UnseenSource(NamedTuple):
    """An earlier article through which one joined its cluster, and which is none of its candidates."""

    member: KeptMembership
    record: Record


async def with_unseen_sources(retrieved: Sequence[Retrieved], steps: DetectionSteps) -> list[Retrieved]:
    """Add unseen sources to the candidates. Raises the errors of StoryIndex.

    Not where articles are translated: what is in another language cannot be compared like this.
    """
    if steps.cross_lingual is not None:
        return list(retrieved)
    unseen = await _unseen_sources(retrieved, steps)
    return [
        one if source is None else one.and_records([source.record])
        for one, source in zip(retrieved, unseen, strict=True)
    ]


async def updates_with_unseen(
    decided: Sequence[DecidedSubmission], steps: DetectionSteps
) -> list[ClusterUpdate | None]:
    """Return the updates of articles that were decided again; None where no cluster must be updated.

    An unseen source that was not compared stays a source. Raises the errors of StoryIndex.
    """
    updates = [update_of(one, changed=False) for one in decided]
    if steps.cross_lingual is None:
        return updates
    unseen = await _unseen_sources([one.retrieved for one in decided], steps)
    return [
        update if source is None else _with_source(one, update, source)
        for one, update, source in zip(decided, updates, unseen, strict=True)
    ]


async def _unseen_sources(retrieved: Sequence[Retrieved], steps: DetectionSteps) -> list[UnseenSource | None]:
    found = await steps.clustering.memberships([one.submission.id for one in retrieved])
    members = {member.id: member for member in found}
    unseen = [_unseen(one, members) for one in retrieved]
    wanted = list(dict.fromkeys(member.to for member in unseen if member is not None))
    records = await steps.index.get_many(wanted) if wanted else Records()
    if records.partial:
        raise PartialIndexError
    by_id = {record.id: record for record in records}
    return [
        None if member is None else _earlier(one, member, by_id.get(member.to))
        for one, member in zip(retrieved, unseen, strict=True)
    ]


def _unseen(retrieved: Retrieved, members: Mapping[str, KeptMembership]) -> KeptMembership | None:
    """Return the article's membership if what it joined through is no candidate.

    None for a text that replaced another: the membership may be that of the text before.
    """
    placement, member = retrieved.submission.placement, members.get(retrieved.submission.id)
    if placement is None or placement.version > 1 or member is None:
        return None
    if not member.to or member.original == member.id or member.stored != milliseconds(placement.stored_at):
        return None
    return None if any(record.id == member.to for record in retrieved.every_record) else member


def _earlier(retrieved: Retrieved, member: KeptMembership, record: Record | None) -> UnseenSource | None:
    """Return the source, unless it is gone, or is a later article that took this one along."""
    placement = retrieved.submission.placement
    if record is None or placement is None or not precedes(record, placement):
        return None
    return UnseenSource(member, record)


def _with_source(decided: DecidedSubmission, update: ClusterUpdate | None, source: UnseenSource) -> ClusterUpdate:
    """Add a source. It precedes others of its time, as what is not seen any more is older than what is."""
    submission = decided.retrieved.submission
    placement = submission.placement
    assert placement is not None
    if update is None or not update.stays:
        update = ClusterUpdate(submission.id, placement.stored_at, placement.number)
    sources = [source_of(source.member, source.record.stored_at), *update.sources]
    return replace(update, sources=sorted(sources, key=lambda link: link.stored_at))
