"""State yielded by the application's lifespan: that of routes, and that of the HTTP protocol and middleware."""

from __future__ import annotations

from wirematch.api.request_state import State
from wirematch.server.protocol.connections import Connections
from wirematch.server.protocol.late_refusals import LateRefusals
from wirematch.server.protocol.read_batches import ReadBatches
from wirematch.server.protocol.refusals import RefusalThrottle


class ServiceState(State):
    """The whole state of the service."""

    read_batches: ReadBatches
    connections: Connections
    refusals: RefusalThrottle
    late_refusals: LateRefusals
