"""Settings of Redis: where it is, and when a write counts as safe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from wirematch.index.connections.durability import Durability
from wirematch.index.connections.redis_url import check_url
from wirematch.index.keys import NAME
from wirematch.settings.group import SettingsGroup


class StoreSettings(SettingsGroup):
    """The Redis server, and the index on it."""

    redis_url: Annotated[str, AfterValidator(check_url)] | None = Field(
        None,
        description="Redis >= 7.2 or Valkey >= 8, such as redis://host:6379/0, redis+cluster://host:6379 for a "
        "cluster, or redis+sentinel://host:26379/master. Without it, an embedded Valkey runs.",
        repr=False,
    )
    redis_url_file: Path | None = Field(
        None, description="File with the URL, since other users of the machine can see command-line options."
    )
    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("wirematch"),
        description="Where the embedded Valkey keeps its append-only file.",
    )
    valkey_memory: int | None = Field(
        None,
        ge=16_777_216,
        description="Bytes that the embedded Valkey may use, above which writes are refused; by default three quarters "
        "of the machine's or the container's memory.",
    )
    index: Annotated[str, StringConstraints(pattern=NAME)] = Field(
        "main", description="Name of the index; several can live in one Redis."
    )
    tenant: Annotated[str, StringConstraints(pattern=NAME)] | None = Field(
        None, description="Tenant of commands, and of requests without a tenant's key; by default none."
    )
    redis_timeout: float = Field(
        5.0, gt=0, allow_inf_nan=False, description="Seconds to wait for Redis before a request is answered with 503."
    )
    shards: int | None = Field(
        None,
        ge=1,
        le=1_024,
        description="Shards of a new index, by default one; a few per master of a cluster. If set, an existing index "
        "must have as many.",
    )
    wait_replicas: int = Field(
        0, ge=0, le=10, description="Replicas that must have a write before it is acknowledged (WAIT)."
    )
    wait_timeout: float = Field(
        1.0,
        gt=0,
        le=60,
        allow_inf_nan=False,
        description="Seconds to wait for these replicas before the response is a 503.",
    )
    durability: Durability = Field(
        Durability.WRITTEN,
        description="'fsync' acknowledges a write only when it is on the server's disk (WAITAOF); requests may choose.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, given: dict[str, Any]) -> dict[str, Any]:
        file = given.get("redis_url_file")
        if file is None or given.get("redis_url") is not None:
            return given
        try:
            return given | {"redis_url": Path(file).read_text(encoding="utf-8").strip()}
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"the file in WIREMATCH_REDIS_URL_FILE cannot be read: {error}") from None
