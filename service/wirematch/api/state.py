"""What requests share: the detector that the lifespan opened."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from fastapi import Depends, Request

from wirematch.access.gate import Gate
from wirematch.access.key import Caller
from wirematch.detection.detector import Detector
from wirematch.detection.documents import DocumentIntake
from wirematch.state.idempotency import IdempotencyKeys


class State(TypedDict):
    """The lifespan's state."""

    detector: Detector
    longest_line: int
    """Bytes that a line of a stream may have."""
    stream_seconds: float
    """Without a whole line, after which a stream is ended."""
    intake: DocumentIntake
    requests: IdempotencyKeys
    """What came under an ``Idempotency-Key``."""
    gate: Gate
    """Whose keys are whose."""
    connections: object
    """For the protocol, which is no business of routes."""
    caller: NotRequired[Caller | None]
    """Of a request: who sends it; None where there are no keys."""


async def _detector(request: Request) -> Detector:
    detector: Detector = request.state.detector
    return detector


async def _intake(request: Request) -> DocumentIntake:
    intake: DocumentIntake = request.state.intake
    return intake


# Coroutines, because plain functions would each be sent to a thread.
UsesDetector = Annotated[Detector, Depends(_detector)]
UsesIntake = Annotated[DocumentIntake, Depends(_intake)]
