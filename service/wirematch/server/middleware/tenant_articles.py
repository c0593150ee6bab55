"""Multi-tenancy: each request works on the articles of its key's tenant."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from wirematch.access.key import Caller
from wirematch.api.problems import answer, of_error
from wirematch.api.request_state import TenantState
from wirematch.composition.tenancy import Tenancy
from wirematch.errors import WirematchError


class TenantArticles:
    """ASGI middleware, inside of ``AccessControl``: puts what belongs to the caller's tenant into the state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or respond with the error if the tenant's articles cannot be reached."""
        caller: Caller | None = scope["state"].get("caller") if scope["type"] == "http" else None
        if caller is not None and caller.tenant is not None:
            tenancy: Tenancy[TenantState] = scope["state"]["tenancy"]
            try:
                scope["state"].update(await tenancy.view(caller.tenant))
            except WirematchError as error:
                headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
                await answer(of_error(error), headers)(scope, receive, send)
                return
        await self._app(scope, receive, send)
