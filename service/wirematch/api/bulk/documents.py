"""Bulk storing of one news document with several articles, such as a feed; each article gets a line in the response."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request

from wirematch.api import problems
from wirematch.api.bulk.results import BulkEnd, BulkResult, BulkTally
from wirematch.api.problems import RefusedBodyError
from wirematch.detection.documents.intake import DocumentIntake, Withdrawal
from wirematch.errors import InvalidDocumentError, WirematchError
from wirematch.formats.document import Document, Documents
from wirematch.index.protocol import PutOutcome


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Read the whole body. Raises RefusedBodyError (413) if it is longer than ``max_bytes``."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > max_bytes:
            raise RefusedBodyError(problems.too_large(f"A document may have at most {max_bytes:,} bytes."))
    return bytes(body)


async def result_lines(
    intake: DocumentIntake, documents: Documents, *, report: bool, unless_duplicate: bool
) -> AsyncIterator[str]:
    """Store each article and yield JSON lines: one per article, one per entry that is none, and the summary."""
    tally = BulkTally()
    for index, document in enumerate(documents):
        result = await _receive(intake, index, document, report=report, unless_duplicate=unless_duplicate)
        tally.add(result)
        yield f"{result.model_dump_json(exclude_none=True)}\n"
    for index, fault in enumerate(documents.refused, len(documents)):
        refusal = problems.of_error(InvalidDocumentError("is not an article", [fault], "An entry"))
        result = BulkResult(index=index, status=refusal.status, problem=refusal)
        tally.add(result)
        yield f"{result.model_dump_json(exclude_none=True)}\n"
    yield f"{BulkEnd(summary=tally.summary()).model_dump_json()}\n"


async def _receive(
    intake: DocumentIntake, index: int, document: Document, *, report: bool, unless_duplicate: bool
) -> BulkResult:
    try:
        outcome, answer = await intake.receive(document, report=report, unless_duplicate=unless_duplicate)
    except WirematchError as error:
        return BulkResult(index=index, id=document.id, status=error.status, problem=problems.of_error(error))
    status = 201 if outcome is PutOutcome.CREATED else 200
    warnings = answer.warnings or None
    if isinstance(answer, Withdrawal):
        pickups = [pickup.id for pickup in answer.pickups if pickup.id]
        if answer.incomplete:
            warnings = [*answer.warnings, "some pickups may be missing from the list"]
        return BulkResult(index=index, id=answer.id, status=status, pickups=pickups or None, warnings=warnings)
    found = answer.report
    return BulkResult(
        index=index,
        id=answer.id or document.id,
        status=status,
        decision=found.decision if found else None,
        original_id=found.original_id if found else None,
        pickups=[pickup.id for pickup in found.pickups if pickup.id] or None if found else None,
        untranslated=answer.untranslated,
        warnings=warnings,
    )
