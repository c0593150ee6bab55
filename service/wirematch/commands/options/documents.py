"""Options of commands that read articles from files; nothing here takes long to import."""

from __future__ import annotations

from typing import Annotated

import typer

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
