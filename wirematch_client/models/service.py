"""What the service says of itself, and of who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from wirematch_client.models.base import Answer


class Readiness(Answer):
    """The service is ready; ``index`` is ``current``, ``rebuilding``, ``importing`` or ``incomplete``."""

    status: Literal["ok"]
    kernels: str | None = None
    index: str = "current"
    translators: list[str] | None = None

    @property
    def incomplete(self) -> bool:
        """Whether an import runs or did not finish, so that articles are missing: copies of these are called new."""
        return self.index in ("importing", "incomplete")


class Session(Answer):
    """Who asks: the name of the key, None where there are no keys, and the tenant whose articles it works on."""

    name: str | None = None
    scopes: list[str] = Field(default_factory=list)
    tenant: str | None = None
    csrf_token: str | None = None
    expires_at: datetime | None = None
