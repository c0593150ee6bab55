"""``GET /metrics`` for Prometheus, allowed to ``admin`` keys without a tenant or, if no keys exist, to this machine."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from wirematch.access.key import Caller
from wirematch.api.problems import answer, problem
from wirematch.api.request_state import UsesCatalogue
from wirematch.errors import WirematchError
from wirematch.hosts import as_address
from wirematch.observability.metrics import ARTICLES, IMPORTS, STREAMS, exposition
from wirematch.observability.sampling import Sampler
from wirematch.state.catalogue import CatalogueQuery

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, catalogue: UsesCatalogue) -> Response:
    """Return all metrics of docs/observability.md, of all processes of this service."""
    caller: Caller | None = request.state.caller
    if caller is not None and caller.tenant is not None:
        said = "Metrics cover the whole service; a key with the scope 'admin' and without a tenant reads them."
        return answer(problem(403, "scope-missing", "The key does not allow this", said))
    peer = as_address(request.client.host) if request.client is not None else None
    if caller is None and peer is not None and not peer.is_loopback:
        said = "Without keys, only programs on this machine can read metrics; with keys, those with the scope 'admin'."
        return answer(problem(403, "key-needed", "A key is needed", said))
    sampler: Sampler = request.state.sampler
    sampler.look()
    STREAMS.set(request.state.live.open)
    try:
        ARTICLES.set((await catalogue.newest(CatalogueQuery(), 1)).stored)
        running = [one.running for one in await request.state.imports.unfinished()]
        IMPORTS.labels("running").set(running.count(True))
        IMPORTS.labels("interrupted").set(running.count(False))
    except WirematchError:
        ARTICLES.set(float("nan"))
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)
