"""``ETag``, ``If-Match`` and ``If-None-Match`` of articles (RFC 9110, 13): change only what one has read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import xxhash
from fastapi import Depends, Header

from wirematch.errors import PreconditionFailedError
from wirematch.models import StoredArticle

Condition = Callable[[StoredArticle | None], None]
"""Is called with what is stored, None when nothing is; PreconditionFailedError when that is not what is wanted."""


def etag_of(article: StoredArticle) -> str:
    """A strong validator: it changes with every byte of the answer."""
    return f'"{xxhash.xxh3_64_hexdigest(article.model_dump_json().encode())}"'


def names(condition: str, article: StoredArticle) -> bool:
    """Whether a condition's list of tags has the article's; a weak tag is compared as a strong one."""
    tags = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return "*" in tags or etag_of(article) in tags


async def _condition(
    if_match: Annotated[
        str | None, Header(description="ETags of which the stored article must have one; '*' for any article.")
    ] = None,
    if_none_match: Annotated[
        str | None, Header(description="ETags of which the stored article must have none; '*' for no article.")
    ] = None,
) -> Condition:
    def hold(stored: StoredArticle | None) -> None:
        if if_match is not None and (stored is None or not names(if_match, stored)):
            raise PreconditionFailedError("If-Match")
        if if_none_match is not None and stored is not None and names(if_none_match, stored):
            raise PreconditionFailedError("If-None-Match")

    return hold


UsesCondition = Annotated[Condition, Depends(_condition)]
