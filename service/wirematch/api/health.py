"""``/livez`` and ``/readyz``, for supervisors and load balancers."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
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
async def ready(request: Request, detector: UsesDetector) -> Health:
    """Redis answers and takes writes, its scripts are loaded, and the index was built with this service's parameters.

    While writes are refused for lack of memory or disk, checks are answered all the same.
    """
    await detector.index.open()
    await request.state.check_writes()
    return Health()
