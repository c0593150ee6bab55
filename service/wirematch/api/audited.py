"""The audit log as routes use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from wirematch.access.audit import Action, AuditLog
from wirematch.access.key import Caller


@dataclass(frozen=True, slots=True)
class RequestAudit:
    """The audit log, bound to one request."""

    log: AuditLog
    caller: Caller | None
    request_id: str

    def record(self, action: Action, article_id: str) -> None:
        """Record what this request did to an article."""
        by = None if self.caller is None else self.caller.name
        self.log.record(action, article_id, by=by, request_id=self.request_id)


async def _audit(request: Request) -> RequestAudit:
    return RequestAudit(request.state.audit, request.state.caller, request.state.request_id)


UsesAudit = Annotated[RequestAudit, Depends(_audit)]
