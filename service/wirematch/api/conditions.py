"""Conditional requests on articles with ``ETag``, ``If-Match`` and ``If-None-Match`` (RFC 9110, 13)."""

from __future__ import annotations

from typing import Annotated

import xxhash
from fastapi import Depends, Header

from wirematch.detection.documents.intake import Condition
from wirematch.errors import PreconditionFailedError
from wirematch.models import StoredArticle


def etag_of(article: StoredArticle) -> str:
    """Return the article's strong ETag, which changes with every byte of its representation."""
    return f'"{xxhash.xxh3_64_hexdigest(article.model_dump_json().encode())}"'


def names(condition: str, article: StoredArticle) -> bool:
    """Whether a list of ETags in a header contains the article's; weak tags are compared as strong ones."""
    tags = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return "*" in tags or etag_of(article) in tags


async def _condition(
    if_match: Annotated[
        str | None, Header(description="ETags, one of which the stored article must have; '*' for any article.")
    ] = None,
    if_none_match: Annotated[
        str | None,
        Header(description="ETags, none of which the stored article may have; '*' if no article may be stored."),
    ] = None,
) -> Condition:
    """Return a check of the preconditions, which raises PreconditionFailedError if the stored article fails them."""

    def hold(stored: StoredArticle | None) -> None:
        if if_match is not None and (stored is None or not names(if_match, stored)):
            raise PreconditionFailedError("If-Match")
        if if_none_match is not None and stored is not None and names(if_none_match, stored):
            raise PreconditionFailedError("If-None-Match")

    return hold


UsesCondition = Annotated[Condition, Depends(_condition)]
