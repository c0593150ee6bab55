"""What requests share: the detector that the lifespan opened."""

from __future__ import annotations

from typing import Annotated, TypedDict

from fastapi import Depends, Request

from wirematch.detection.detector import Detector
from wirematch.detection.documents import DocumentIntake
from wirematch.state.catalogue import Catalogue
from wirematch.state.checks import CheckedArticles
from wirematch.state.idempotency import IdempotencyKeys
from wirematch.state.judgements import Judgements
from wirematch.state.pickup_log import PickupLog


class State(TypedDict):
    """The lifespan's state."""

    detector: Detector
    longest_line: int
    """Bytes that a line of a stream may have."""
    intake: DocumentIntake
    requests: IdempotencyKeys
    """What came under an ``Idempotency-Key``."""
    checked: CheckedArticles
    catalogue: Catalogue
    judgements: Judgements
    pickup_log: PickupLog


async def _detector(request: Request) -> Detector:
    detector: Detector = request.state.detector
    return detector


async def _intake(request: Request) -> DocumentIntake:
    intake: DocumentIntake = request.state.intake
    return intake


# Coroutines, because plain functions would each be sent to a thread.
UsesDetector = Annotated[Detector, Depends(_detector)]
UsesIntake = Annotated[DocumentIntake, Depends(_intake)]
