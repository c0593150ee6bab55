"""For whoever restarts the service or sends it traffic."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from wirematch.api.problems import RESPONSES
from wirematch.api.state import UsesDetector

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well."""

    status: Literal["ok"] = "ok"


@router.get("/livez")
async def live() -> Health:
    """The process answers; nothing else is asked."""
    return Health()


@router.get("/readyz", responses={503: RESPONSES[503]})
async def ready(detector: UsesDetector) -> Health:
    """Redis answers, its scripts are loaded, and the index was built with this program's parameters."""
    await detector.index.open()
    return Health()
