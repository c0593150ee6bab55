"""Add the original to the matches of a report if buckets lead only to its many copies."""

from __future__ import annotations

from dataclasses import replace

from wirematch.detection.policy import DERIVED_DECISIONS
from wirematch.detection.steps import DetectionSteps
from wirematch.detection.submission import ClusteredSubmission
from wirematch.errors import IndexUnavailableError


async def with_original(clustered: ClusteredSubmission, steps: DetectionSteps) -> ClusteredSubmission:
    """Return the same with the original among those that the evidence is about, as in the report of a check.

    The decision and the cluster stay as they are. So does the report if the original cannot be read: by now the article
    is stored and decided, and an error would say that it is not.
    """
    decided, original = clustered.decided, clustered.original_id
    retrieved = decided.retrieved
    if decided.verdict is None or original is None or decided.decision not in DERIVED_DECISIONS:
        return clustered
    if original == retrieved.submission.id or original in {record.id for record in retrieved.every_record}:
        return clustered
    try:
        found = await steps.index.get_many([original])
    except IndexUnavailableError:
        return clustered
    if not found:  # it was deleted meanwhile
        return clustered
    retrieved = retrieved.and_records(found)
    verdict = await steps.executor.run_weighed(retrieved.weight, steps.decider.judge, retrieved)
    if verdict.decision is not decided.verdict.decision:
        return clustered
    return replace(clustered, decided=replace(decided, retrieved=retrieved, verdict=verdict))
