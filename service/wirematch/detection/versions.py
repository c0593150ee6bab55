"""Versions of a story: which is the newer one, what a kill means, and when the story was first published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from wirematch.errors import TextNotKeptError
from wirematch.formats.document import Document
from wirematch.formats.times import read_time
from wirematch.models import Article
from wirematch.state.withdrawals import Kill

_NUMBERS = re.compile(r"\d{1,18}(\.\d{1,18}){0,7}", re.ASCII)


class Versioned(Protocol):
    """What has a version: a document, a stored article's metadata, a kill."""

    @property
    def version(self) -> str | None: ...

    @property
    def version_created(self) -> datetime | None: ...


def order(mine: Versioned, theirs: Versioned) -> int:
    """Below 0 when mine is the older version, above when it is the newer; by time where both have one, else by number.

    Time goes first, as agencies begin their numbers anew. 0 for what says neither: it is taken in the order in which
    it comes.
    """
    times = mine.version_created, theirs.version_created
    if times[0] is not None and times[1] is not None and times[0] != times[1]:
        return -1 if times[0] < times[1] else 1
    numbers = number(mine.version), number(theirs.version)
    if numbers[0] is not None and numbers[1] is not None and numbers[0] != numbers[1]:
        return -1 if numbers[0] < numbers[1] else 1
    return 0


def older(mine: Versioned, theirs: Versioned) -> bool:
    """Whether mine is certainly the older version."""
    return order(mine, theirs) < 0


def outdates(stored: Versioned, kill: Versioned) -> bool:
    """Whether a stored version was published after a kill, and stays; a kill without a time acts on any."""
    return kill.version_created is not None and stored.version_created is not None and older(kill, stored)


def killed(document: Versioned, kill: Versioned) -> bool:
    """Whether a document is a version that was taken back; one with the version of the kill itself is."""
    if order(document, kill):
        return older(document, kill)
    named = number(document.version) is not None and number(document.version) == number(kill.version)
    return named or (document.version_created is not None and document.version_created == kill.version_created)


def newest(mine: Kill, theirs: Kill) -> Kill:
    """The one of two that is not older; the first where nothing tells."""
    return theirs if older(mine, theirs) else mine


def kept(stored: Article) -> Kill:
    """The version of a stored article, as its document said, and when its story was first published."""
    said = stored.metadata or {}
    version, created = said.get("version"), said.get("version_created")
    return Kill(
        version if isinstance(version, str) else None,
        read_time(created) if isinstance(created, str) else None,
        stored.published_at,
    )


def number(version: str | None) -> tuple[int, ...] | None:
    """A version as a number to compare by: 10 comes after 9, and 1.10 after 1.9."""
    if version is None or not _NUMBERS.fullmatch(version.strip()):
        return None
    return tuple(map(int, version.strip().split(".")))


def oddity(document: Versioned, stored: Versioned) -> str | None:
    """What is to be told of a version that is the newer one by its time and the older one by its number."""
    mine, theirs = number(document.version), number(stored.version)
    if mine is None or theirs is None or mine >= theirs or order(document, stored) <= 0:
        return None
    return f"version {document.version} is lower than {stored.version}, and its time is later: its time counts"


def with_earliest(new: Article, published_at: datetime | None) -> Article:
    """The new version of a story under the earliest time at which a version of it is known to have been published.

    Its own time is kept as ``revised_at``: whoever took the story from its first version came after it.
    """
    if published_at is None or (new.published_at is not None and new.published_at <= published_at):
        return new
    update = {"published_at": published_at, "revised_at": new.revised_at or new.published_at}
    return new.model_copy(update=update)


def published_before(late: Article | None, stored: Article) -> Article | None:
    """What is stored, under the earlier time of a version that comes late; None where its time is not earlier."""
    time = late.published_at if late is not None else None
    if time is None or (stored.published_at is not None and stored.published_at <= time):
        return None
    return stored.model_copy(update={"published_at": time, "revised_at": stored.revised_at or stored.published_at})


CONTINUES = "continues"
"""The key in an article's metadata that says it is the rest of a story whose beginning has not come."""


def continued(document: Document, stored: Article | None) -> Article:
    """The article of a document that may be one take of a story, with the takes that are stored.

    An addition goes on where the stored text ends; the beginning that comes after it goes before.
    """
    article = document.article
    assert article is not None
    if stored is None:
        if not document.adds:
            return article
        return article.model_copy(update={"metadata": {**(article.metadata or {}), CONTINUES: True}})
    waiting = (stored.metadata or {}).get(CONTINUES) is True
    if stored.imprint is not None and (document.adds or waiting):
        raise TextNotKeptError(stored.id or "")
    if document.adds and waiting:
        return _joined(article, stored.body, article.body, {**(article.metadata or {}), CONTINUES: True})
    if document.adds:
        return _joined(stored, stored.body, article.body, article.metadata or {})
    return article


def before(document: Document, stored: Article) -> Article | None:
    """The whole story, where what is stored is its rest only and the document brings its beginning."""
    article = document.article
    if article is None or document.adds or (stored.metadata or {}).get(CONTINUES) is not True:
        return None
    if stored.imprint is not None:
        raise TextNotKeptError(stored.id or "")
    told = {name: value for name, value in (stored.metadata or {}).items() if name != CONTINUES}
    return _joined(article, article.body, stored.body, told)


def _joined(article: Article, first: str, second: str, metadata: Mapping[str, object]) -> Article:
    body = first if first.endswith(second) else f"{first}\n\n{second}"
    given = {name: getattr(article, name) for name in Article.model_fields}
    return Article.model_validate(given | {"body": body, "metadata": metadata})


def is_another_message(document: Document, stored: Article) -> bool:
    """Whether a keyword's id is taken by another story of the day, which has the same keyword by chance."""
    mine = document.article.metadata if document.article is not None else None
    theirs = stored.metadata or {}
    if document.alone_id is None or mine is None or theirs.get("version") != "1":
        return False
    return theirs.get("message") is not None and theirs.get("message") != mine.get("message")
