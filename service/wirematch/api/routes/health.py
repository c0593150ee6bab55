"""``/livez`` and ``/readyz``, for supervisors and load balancers."""

from __future__ import annotations

import operator
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from wirematch.api.problems import RESPONSES
from wirematch.api.request_state import UsesDetector
from wirematch.composition.phase import Phase
from wirematch.errors import ShuttingDownError
from wirematch.index.connections.turns import of_probe
from wirematch.kernels import active_path

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The response of a probe that succeeds."""

    status: Literal["ok"] = "ok"


class Readiness(Health):
    """The response of ``/readyz``."""

    kernels: Literal["compiled", "python"] = Field(
        description="Whether kernels are compiled or run in Python; results are the same."
    )
    index: Phase = Field(
        description="'current'; 'rebuilding' while 'wirematch reindex' builds the next generation; 'importing' while a "
        "'wirematch restore' or 'load' runs; or 'incomplete' if one did not finish: with both, answers miss articles. "
        "If an index of an earlier release must be rebuilt first, the response is a 503 that says so."
    )
    translators: list[str] | None = Field(
        None,
        exclude_if=operator.not_,
        description="Translation engines, best first, each with the server on the network that sees texts, if any; "
        "absent if translation is off.",
    )


@router.get("/livez")
async def live() -> Health:
    """The process answers requests. Redis is not asked."""
    return Health()


@router.get("/readyz", responses={status: RESPONSES[status] for status in (500, 503)})
async def ready(request: Request, detector: UsesDetector) -> Readiness:
    """Redis answers and accepts writes, its scripts are loaded, and the index fits this service's parameters.

    A process that is about to stop answers 503 here first, and serves requests for a moment longer
    (WIREMATCH_DRAIN_SECONDS). While writes are refused for lack of memory or disk, checks still work.
    """
    if request.state.draining.begun:
        raise ShuttingDownError(
            "The service is about to stop. Requests are answered until then; send new ones to another process."
        )
    with of_probe():
        await detector.index.open()
        await request.state.check_writes()
        phase = await request.state.index_phase()
    return Readiness(
        kernels=active_path(),
        index=phase,
        translators=detector.translations.translating.engines if detector.translations else None,
    )
