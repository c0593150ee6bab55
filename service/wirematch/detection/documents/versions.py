"""Versions of a story: which one is newer, what a kill covers, and when the story was first published."""

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
    """Anything with a version: a document, a stored article's metadata, a kill."""

    @property
    def version(self) -> str | None: ...

    @property
    def version_created(self) -> datetime | None: ...


def order(mine: Versioned, theirs: Versioned) -> int:
    """Compare versions: negative if ``mine`` is older, positive if newer, 0 if neither time nor number tells.

    By time if both have one, else by number; time goes first because agencies restart their numbers. Versions that
    compare equal are taken in the order of arrival.
    """
    times = mine.version_created, theirs.version_created
    if times[0] is not None and times[1] is not None and times[0] != times[1]:
        return -1 if times[0] < times[1] else 1
    numbers = number(mine.version), number(theirs.version)
    if numbers[0] is not None and numbers[1] is not None and numbers[0] != numbers[1]:
        return -1 if numbers[0] < numbers[1] else 1
    return 0


def older(mine: Versioned, theirs: Versioned) -> bool:
    """Whether ``mine`` is certainly the older version."""
    return order(mine, theirs) < 0


def outdates(stored: Versioned, kill: Versioned) -> bool:
    """Whether a stored version is newer than a kill, and so stays; a kill without a time covers any version."""
    return kill.version_created is not None and stored.version_created is not None and older(kill, stored)


def killed(document: Versioned, kill: Versioned) -> bool:
    """Whether a document is a withdrawn version: older than the kill, or of the very version that it names."""
    if order(document, kill):
        return older(document, kill)
    named = number(document.version) is not None and number(document.version) == number(kill.version)
    return named or (document.version_created is not None and document.version_created == kill.version_created)


def newest(mine: Kill, theirs: Kill) -> Kill:
    """The newer of two kills; ``mine`` if neither time nor number tells."""
    return theirs if older(mine, theirs) else mine


def version_of(stored: Article) -> Kill:
    """Return the version of a stored article, as its document gave it, with its story's first time of publication.

    It has the form of a kill, so that both can be compared.
    """
    said = stored.metadata or {}
    version, created = said.get("version"), said.get("version_created")
    return Kill(
        version if isinstance(version, str) else None,
        read_time(created) if isinstance(created, str) else None,
        stored.published_at,
    )


def number(version: str | None) -> tuple[int, ...] | None:
    """Parse a version into a comparable tuple: 10 comes after 9, and 1.10 after 1.9. None if it is no number."""
    if version is None or not _NUMBERS.fullmatch(version.strip()):
        return None
    return tuple(map(int, version.strip().split(".")))


def oddity(document: Versioned, stored: Versioned) -> str | None:
    """A warning about a version that is newer by its time but lower by its number; None otherwise."""
    mine, theirs = number(document.version), number(stored.version)
    if mine is None or theirs is None or mine >= theirs or order(document, stored) <= 0:
        return None
    return f"version {document.version} is lower than {stored.version}, and its time is later: its time counts"


def with_earliest(new: Article, published_at: datetime | None) -> Article:
    """Return the new version of a story under the earliest time at which any version is known to be published.

    Its own time is kept as ``revised_at``: whoever took the story from its first version came after that one.
    """
    if published_at is None or (new.published_at is not None and new.published_at <= published_at):
        return new
    update = {"published_at": published_at, "revised_at": new.revised_at or new.published_at}
    return new.model_copy(update=update)


def published_before(late: Article | None, stored: Article) -> Article | None:
    """Return what is stored under the earlier time of a late-arriving version; None if its time is not earlier."""
    time = late.published_at if late is not None else None
    if time is None or (stored.published_at is not None and stored.published_at <= time):
        return None
    return stored.model_copy(update={"published_at": time, "revised_at": stored.revised_at or stored.published_at})


CONTINUES = "continues"
"""Metadata key that marks an article as the rest of a story whose beginning has not arrived."""


def continued(document: Document, stored: Article | None) -> Article:
    """Return the document's article merged with the stored takes of its story.

    An addition is appended to the stored text; a beginning that arrives later is put before it (see ``before``).
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
    """Return the whole story, if only its rest is stored and the document brings its beginning; else None."""
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
    """Whether the id, made from a keyword, belongs to another story of the day that has the same keyword by chance."""
    mine = document.article.metadata if document.article is not None else None
    theirs = stored.metadata or {}
    if document.alone_id is None or mine is None or theirs.get("version") != "1":
        return False
    return theirs.get("message") is not None and theirs.get("message") != mine.get("message")
