"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RedisUrl = Annotated[
    str | None,
    typer.Option(
        "--redis-url",
        help="Redis to use instead of the embedded Valkey. Other users of the machine see options; where a password "
        "is in it, set WIREMATCH_REDIS_URL or WIREMATCH_REDIS_URL_FILE instead.",
    ),
]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of the embedded Valkey.")]
