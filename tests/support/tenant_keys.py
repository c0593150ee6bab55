"""Keys of tenants, made by the command, and callers that use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from support.command_line import Outcome

Command = Callable[..., Outcome]
TENANTS = ("acme", "zeta")


class Holder:
    """A caller that sends a key with each request."""

    def __init__(self, client: TestClient, token: str) -> None:
        self._client = client
        self._key = {"Authorization": f"Bearer {token}"}

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def send(path: str, headers: dict[str, str] | None = None, **parts: Any) -> Any:
            return getattr(self._client, method)(path, headers=self._key | (headers or {}), **parts)

        return send


def key(command: Command, name: str, tenant: str | None, scopes: str = "check,store") -> str:
    of_tenant = ["--tenant", tenant] if tenant else []
    made = command("keys", "create", "--name", name, "--scopes", scopes, *of_tenant)
    assert made.status == 0, made.err
    return made.out.strip()
