"""Sources of stored articles that a late decision does not see any more.

A bucket keeps the newest articles only, so after many copies nothing leads to what an article derives from. Whoever
decides the article again then finds no source, or another one, although its first decision was right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wirematch.detection.clustering import update_of
from wirematch.detection.steps import DetectionSteps
from wirematch.detection.submission import DecidedSubmission
from wirematch.errors import PartialIndexError
from wirematch.index.protocol import Record, Records, precedes
from wirematch.index.records.codec import milliseconds
from wirematch.state.clusters import ClusterUpdate, KeptMembership, source_of


async def updates_with_unseen(
    decided: Sequence[DecidedSubmission], steps: DetectionSteps
) -> list[ClusterUpdate | None]:
    """Return the updates of articles that were decided again; None where no cluster must be updated.

    The article through which one joined its cluster remains among its sources if it is stored but was not among the
    candidates. A candidate that was found to be no source does not. Raises the errors of StoryIndex.
    """
    ids = [one.retrieved.submission.id for one in decided]
    members = {member.id: member for member in await steps.clustering.memberships(ids)}
    unseen = [_unseen(one, members) for one in decided]
    wanted = list(dict.fromkeys(member.to for member in unseen if member is not None))
    records = await steps.index.get_many(wanted) if wanted else Records()
    if records.partial:
        raise PartialIndexError
    by_id = {record.id: record for record in records}
    return [
        update_of(one, changed=False) if member is None else _with_source(one, member, by_id.get(member.to))
        for one, member in zip(decided, unseen, strict=True)
    ]


def _unseen(decided: DecidedSubmission, members: Mapping[str, KeptMembership]) -> KeptMembership | None:
    """Return the article's membership if what it joined through was no candidate.

    None for a text that replaced another: the membership may be that of the text before.
    """
    submission = decided.retrieved.submission
    placement, member = submission.placement, members.get(submission.id)
    if placement is None or placement.version > 1 or member is None:
        return None
    if not member.to or member.original == member.id or member.stored != milliseconds(placement.stored_at):
        return None
    return None if any(record.id == member.to for record in decided.retrieved.every_record) else member


def _with_source(decided: DecidedSubmission, member: KeptMembership, source: Record | None) -> ClusterUpdate | None:
    """Add a source, unless it is gone, or is a later article that took this one along.

    It precedes others of its time, as what is not seen any more is older than what is.
    """
    update, submission = update_of(decided, changed=False), decided.retrieved.submission
    placement = submission.placement
    assert placement is not None
    if source is None or not precedes(source, placement):
        return update
    if update is None or not update.stays:
        update = ClusterUpdate(submission.id, placement.stored_at, placement.number)
    sources = [source_of(member, source.stored_at), *update.sources]
    return replace(update, sources=sorted(sources, key=lambda link: link.stored_at))
