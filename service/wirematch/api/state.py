"""What requests share, opened by the application's lifespan."""

from __future__ import annotations

from typing import Annotated, TypedDict

from fastapi import Depends, Request

from wirematch.detection.detector import Detector
from wirematch.detection.documents import DocumentIntake
from wirematch.state.idempotency import IdempotencyKeys


class State(TypedDict):
    """The state that the lifespan yields."""

    detector: Detector
    longest_line: int
    """Maximum length of a line of a bulk stream, in bytes."""
    intake: DocumentIntake
    requests: IdempotencyKeys
    """Requests that came with an ``Idempotency-Key``, and their answers."""


async def _detector(request: Request) -> Detector:
    detector: Detector = request.state.detector
    return detector


async def _intake(request: Request) -> DocumentIntake:
    intake: DocumentIntake = request.state.intake
    return intake


# The functions are coroutines, because FastAPI runs plain functions in threads.
UsesDetector = Annotated[Detector, Depends(_detector)]
UsesIntake = Annotated[DocumentIntake, Depends(_intake)]
