"""``/livez`` and ``/readyz``, for supervisors and load balancers."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from wirematch.api.problems import RESPONSES
from wirematch.api.state import UsesDetector

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The answer of both probes when they succeed."""

    status: Literal["ok"] = "ok"


@router.get("/livez")
async def live() -> Health:
    """The process answers requests; Redis is not asked."""
    return Health()


@router.get("/readyz", responses={503: RESPONSES[503]})
async def ready(detector: UsesDetector) -> Health:
    """Redis answers, its scripts are loaded, and the index was built with this service's parameters."""
    await detector.index.open()
    return Health()
