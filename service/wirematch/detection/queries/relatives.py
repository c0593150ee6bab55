"""Stored articles that may be related to a stored one: what its buckets lead to, and the members of its cluster.

A bucket is read only as far as its newest postings, so of a story that hundreds of articles took over, buckets lead to
a part of them. Its cluster names the others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wirematch.detection.clustering import Clustering
from wirematch.index.protocol import Lookup, Record, Records, StoryIndex

MOST_MEMBERS = 10_000
"""Members of a cluster of which the ids are read."""
READ_AT_FIRST, READ_AT_ONCE = 16, 256
"""Members that are read at a time: few as long as nobody knows how long they are."""


@dataclass(frozen=True, slots=True)
class Relatives:
    """Candidates, best first: those that were found by the text, then the other members of the cluster."""

    records: list[Record]
    partial: bool
    """Whether a shard was unavailable, so that some may be missing."""
    members_left: bool
    """Whether members of the cluster were left out because there are too many or their texts are too long."""
    last_ranked: int | None
    """Number of the last candidate found by the text if others that rank behind it were not read."""

    def bounded(self, related: Collection[int]) -> bool:
        """Whether related articles may have been left out; ``related`` has the numbers of those that are.

        Most articles that share a bucket are not related, and rank last. So those that were not read matter only if
        the last one that was read is related.
        """
        return self.members_left or self.last_ranked in related


async def find_relatives(  # noqa: PLR0913 - what bounds it
    index: StoryIndex, clustering: Clustering, record: Record, lookup: Lookup, *, most_ranked: int, most_bytes: int
) -> Relatives:
    """Read the candidates of a stored article, of which ``lookup`` is that of its signature.

    At most ``most_ranked`` of those found by the text are read, and of the cluster as many as have ``most_bytes``
    together. Raises the errors of StoryIndex.
    """
    ranked = await index.fetch(lookup.ranking, most_ranked)
    cut = ranked[-1].number if ranked and len(lookup.ranking) > most_ranked else None
    known = {record.id, *(one.id for one in ranked)}
    names = await clustering.member_ids(record.article, MOST_MEMBERS + 1)
    wanted = [name for name in names[:MOST_MEMBERS] if name not in known]
    members, left = await _read(index, wanted, most_bytes)
    return Relatives(
        records=[one for one in [*ranked, *members] if one.id != record.id],
        partial=lookup.partial or ranked.partial or members.partial,
        members_left=left or len(names) > MOST_MEMBERS,
        last_ranked=cut,
    )


async def _read(index: StoryIndex, article_ids: Sequence[str], most_bytes: int) -> tuple[Records, bool]:
    """Read articles until they have ``most_bytes``; also say whether some were left out."""
    records, size, first, few = Records(), 0, 0, READ_AT_FIRST
    while first < len(article_ids):
        if size > most_bytes:
            return records, True
        read = await index.get_many(article_ids[first : first + few])
        records.partial = records.partial or read.partial
        records += read
        size += sum(one.size for one in read)
        first += few
        mean = max(1, size // max(1, len(records)))  # a cluster's members are about as long as each other
        few = max(1, min(READ_AT_ONCE, (most_bytes - size) // mean + 1))
    return records, False
