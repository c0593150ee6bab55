"""Options that several commands have; nothing here takes long to import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RedisUrl = Annotated[
    str | None,
    typer.Option("--redis-url", help="Redis to use instead of the embedded Valkey. Other users can see this option."),
]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of the embedded Valkey.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
