"""Options that choose among stored articles; nothing here takes long to import."""

from __future__ import annotations

from typing import Annotated

import typer

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
