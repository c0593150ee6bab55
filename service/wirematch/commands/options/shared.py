"""Options that several commands have; nothing here takes long to import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RedisUrl = Annotated[
    str | None,
    typer.Option(
        "--redis-url",
        help="URL of a Redis to use instead of the embedded Valkey. Other users of the machine can see this option.",
    ),
]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Data folder of the embedded Valkey.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
