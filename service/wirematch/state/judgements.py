"""Readers' judgements of pairs: whether an article really derives from a story.

A judgement includes both texts as they were read, so it keeps its meaning when either changes or expires. It is deleted
when one of the two articles is.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import AwareDatetime, Field

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace
from wirematch.models import Article, Derivation, Strict
from wirematch.state import scripts
from wirematch.state.mentions import Mention, Mentions, Place

LONGEST_NOTE = 2_000
NOT_KEPT = "(The text is not kept.)"
READ_AT_ONCE = 50
FOUND_AT_ONCE = 500
JudgedPair = tuple[str, str]
"""A submission's name as in ``Judgement.submission_id``, and a story's id."""


class Judgement(Strict):
    """One reader's answer about a pair; a later one replaces it."""

    submission_id: str = Field(description="A stored article's id, or 'check:' and the key of a checked article.")
    story_id: str
    derivation: Derivation
    note: str = Field("", max_length=LONGEST_NOTE)
    judged_at: AwareDatetime
    submission: Article
    story: Article

    @property
    def key(self) -> str:
        """The key of the pair."""
        return pair_key(self.submission_id, self.story_id)


class Judgements:
    """Judgements by pair, all in one slot. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace, *, texts: bool = True) -> None:
        """With ``texts=False``, judgements are kept without the texts of their articles."""
        self._store = store
        self._texts = texts
        self._keys = namespace.judgements
        self._mentions = Mentions(store, namespace)

    async def keep(self, judgement: Judgement) -> None:
        """Keep a judgement, replacing an earlier one of the same pair."""
        if not self._texts:
            both = {name: _without_text(getattr(judgement, name)) for name in ("submission", "story")}
            judgement = judgement.model_copy(update=both)
        written = zlib.compress(judgement.model_dump_json(exclude_none=True).encode())
        moment = round(judgement.judged_at.timestamp() * 1000)
        mention = Mention(Place.JUDGEMENT, judgement.key)
        await self._mentions.note([(mention, [judgement.submission_id, judgement.story_id])], None)
        with translated_errors():
            await self._store.write(scripts.WRITE_JUDGEMENT, self._keys, [judgement.key, written, moment])

    async def forget(self, submission_id: str, story_id: str) -> None:
        """Delete the judgement of a pair, if there is one."""
        with translated_errors():
            await self._store.write(scripts.DROP_JUDGEMENT, self._keys, [pair_key(submission_id, story_id)])

    async def find(self, pairs: Sequence[JudgedPair]) -> dict[JudgedPair, Judgement]:
        """Return the judgements of those pairs that have one."""
        found: dict[JudgedPair, Judgement] = {}
        with translated_errors():
            for first in range(0, len(pairs), FOUND_AT_ONCE):
                part = pairs[first : first + FOUND_AT_ONCE]
                answers = await self._store.read(
                    scripts.READ_JUDGEMENTS, self._keys, [pair_key(*pair) for pair in part]
                )
                found |= {pair: read_judgement(one) for pair, one in zip(part, answers, strict=True) if one}
        return found

    async def newest(self, offset: int, limit: int) -> tuple[int, list[Judgement]]:
        """Return the number of all judgements, and a page of them, newest first."""
        with translated_errors():
            total, found = await self._store.read(scripts.NEWEST_JUDGEMENTS, self._keys, [offset, limit])
        return int(total), [read_judgement(one) for one in found if one]


async def called_wrong(judgements: Judgements, pairs: Sequence[JudgedPair]) -> set[JudgedPair]:
    """Return those pairs of which a reader said that the one does not derive from the other."""
    found = await judgements.find(pairs)
    return {pair for pair, one in found.items() if one.derivation is Derivation.NOT}


def pair_key(submission_id: str, story_id: str) -> str:
    """Return a key of fixed length for a pair of ids with any characters."""
    named = f"{len(submission_id)}:{submission_id}{story_id}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def judgement_of(
    submission_id: str, submission: Article, story: Article, derivation: Derivation, note: str
) -> Judgement:
    """Make a judgement, dated now; ``story`` must have an id."""
    assert story.id is not None  # it is stored
    return Judgement(
        submission_id=submission_id,
        story_id=story.id,
        derivation=derivation,
        note=note,
        judged_at=datetime.now(UTC),
        submission=_plain(submission),
        story=_plain(story),
    )


def _without_text(article: Article) -> Article:
    return article.model_copy(update={"body": NOT_KEPT, "body_format": None})


def _plain(article: Article) -> Article:
    """Drop the fields that storing added."""
    return Article.model_validate({name: getattr(article, name) for name in Article.model_fields})


def read_judgement(written: bytes) -> Judgement:
    """Decode a judgement from Redis."""
    return Judgement.model_validate_json(zlib.decompress(written))
