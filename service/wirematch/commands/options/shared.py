"""Options that several commands have; nothing here takes long to import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from wirematch.settings import Settings

FORMAT_NAMES = (
    "text json ninjs newsml-g2 newsml-1 nitf iptc-7901 anpa-1312 json-ld json-story feed html mail xml".split()
)
"""Those of ``formats.registry.Format``, which takes too long to import for a help text; a test compares them."""

FormatName = Annotated[
    str | None,
    typer.Option(
        "--format", help=f"Format of the files: {', '.join(FORMAT_NAMES)}. By default recognised by name and content."
    ),
]
Charset = Annotated[
    str | None,
    typer.Option(
        "--charset",
        help="Encoding of the files, such as cp437 or iso646-de. By default detected.",
    ),
]
IsStrict = Annotated[
    bool, typer.Option("--strict", help="Refuse documents that would otherwise be read with a warning.")
]


Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Only articles of this source, '' for those without; may be repeated."),
]
OfKind = Annotated[str | None, typer.Option("--kind", help="Only articles of this kind: wire or article.")]
PublishedAfter = Annotated[
    str | None, typer.Option("--published-after", help="Only articles published at this time or later.")
]
PublishedBefore = Annotated[
    str | None, typer.Option("--published-before", help="Only articles published before this time.")
]


RedisUrl = Annotated[
    str | None,
    typer.Option(
        "--redis-url",
        help="URL of a Redis to use instead of the embedded Valkey. Other users of the machine can see this option.",
    ),
]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Data folder of the embedded Valkey.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def read_settings(
    data_dir: Path | None, redis_url: str | None, *, allowed_hosts: str | None = None, insecure_open: bool = False
) -> Settings:
    """Return the environment's settings, overridden by these options. Raises InvalidSettingError.

    ``allowed_hosts`` are names separated by commas.
    """
    from wirematch.settings import Settings

    given: dict[str, Any] = {
        "data_dir": data_dir,
        "redis_url": redis_url,
        "allowed_hosts": None if allowed_hosts is None else frozenset(allowed_hosts.lower().split(",")),
        "insecure_open": insecure_open or None,
    }
    return Settings.read(**{name: value for name, value in given.items() if value is not None})
