"""The group of an article, as a reader sees it."""

from __future__ import annotations

from wirematch.index.protocol import StoryIndex
from wirematch.models import ClusterMember, ClusterPage, StoredArticle, StoryFacts
from wirematch.state.clusters import ArticleClusters, Membership

MOST_READS = 5
"""Of a group in which articles go while it is read."""


async def read_cluster(
    index: StoryIndex, groups: ArticleClusters, article_id: str, offset: int, limit: int
) -> ClusterPage:
    """Members ``offset`` to ``offset + limit`` of the group of an article, which is alone in it if it is in none.

    Members that are gone, as after a crash between two steps of a removal, are taken out on the way.
    ArticleNotFoundError when the article itself is unknown, and IndexUnavailableError.
    """
    article = (await index.get(article_id)).article
    for _ in range(MOST_READS):
        group = await groups.cluster_of(article_id, article.stored_at, offset, limit)
        if group is None:
            break
        entries = await index.get_many([member.id for member in group.members])
        by_id = {entry.article.id: entry.article for entry in entries}
        gone = [member.id for member in group.members if member.id not in by_id]
        if gone and not entries.partial:
            await groups.leave(gone)
            continue
        members = [_shown(by_id[member.id], member) for member in group.members if member.id in by_id]
        return ClusterPage(id=article_id, original_id=group.original, total=group.size, offset=offset, members=members)
    alone = [_shown(article, Membership(article_id))]
    return ClusterPage(
        id=article_id, original_id=article_id, total=1, offset=offset, members=alone[offset : offset + limit]
    )


def _shown(article: StoredArticle, member: Membership) -> ClusterMember:
    facts = {name: getattr(article, name) for name in (*StoryFacts.model_fields, "kind", "stored_at")}
    return ClusterMember(**facts, relation=member.relation, probability=member.probability, to=member.to)
