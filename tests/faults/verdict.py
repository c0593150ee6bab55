"""What is there in the end, held against what clients were told."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2

from faults.ledger import Ledger
from support.waiting import PATIENCE_SECONDS
from wirematch.compose import open_detector
from wirematch.models import Article
from wirematch.settings import Settings

PAGE = 500
AT_ONCE = 64


@dataclass
class Findings:
    """All of these must be empty."""

    lost: list[str] = field(default_factory=list)
    """Acknowledged, and not there or something else."""
    unfindable: list[str] = field(default_factory=list)
    """There, and no look-up of their text leads to them."""
    ghosts: list[str] = field(default_factory=list)
    """There, and removed or never sent; twice, and sent once; in a cluster, and not there."""
    clusters: list[str] = field(default_factory=list)
    """Not in one cluster, and of one story."""
    untold: list[str] = field(default_factory=list)
    """Pickups of which no receiver was told."""

    def __bool__(self) -> bool:
        return any((self.lost, self.unfindable, self.ghosts, self.clusters, self.untold))


def stored_articles(url: str) -> dict[str, str]:
    """Id -> text of everything that is stored."""
    return dict(_listed(url))


def _listed(url: str) -> Iterator[tuple[str, str]]:
    after = None
    while True:
        query = {"limit": PAGE} | ({} if after is None else {"after": after})
        page = httpx2.get(f"{url}/v1/articles", params=query, timeout=PATIENCE_SECONDS).raise_for_status().json()
        yield from ((article["id"], article["body"]) for article in page["articles"])
        after = page["next"]
        if after is None:
            return


def examine(ledger: Ledger, url: str, redis_url: str) -> Findings:
    """Every id of the ledger, every stored article, every cluster."""
    findings = Findings()
    there = stored_articles(url)
    for article_id, entry in ledger.entries.items():
        content = there.get(article_id)
        if content == entry.told or content in entry.may_be:
            continue
        (findings.lost if entry.told is not None else findings.ghosts).append(article_id)
    texts = Counter(there.values())
    for text, article_id in ledger.once.items():
        if texts[text] > 1:
            findings.ghosts.append(f"{texts[text]} times: {article_id}")
        if article_id is not None and there.get(article_id) != text and article_id not in ledger.entries:
            findings.lost.append(article_id)
    known = ledger.entries.keys() | {article_id for article_id in ledger.once.values() if article_id}
    findings.ghosts += [
        article_id for article_id, text in there.items() if article_id not in known and text not in ledger.once
    ]
    findings.unfindable = asyncio.run(unfindable(there, redis_url))
    _examine_clusters(ledger, url, there, findings)
    return findings


async def unfindable(there: dict[str, str], redis_url: str) -> list[str]:
    """The ids to which the look-up of their own text does not lead."""
    missing: list[str] = []
    settings = Settings(redis_url=redis_url, redis_timeout=PATIENCE_SECONDS, max_waiting=AT_ONCE, max_wait=60)
    async with open_detector(redis_url, settings) as detector:

        async def look(article_id: str, text: str) -> None:
            found = await detector.candidates(Article(body=text), 1_000)
            if article_id not in {record.article.id for record in found}:
                missing.append(article_id)

        rest = list(there.items())
        for first in range(0, len(rest), AT_ONCE):
            await asyncio.gather(*(look(*one) for one in rest[first : first + AT_ONCE]))
    return missing


def _examine_clusters(ledger: Ledger, url: str, there: dict[str, str], findings: Findings) -> None:
    """Articles of one story, each acknowledged with its decision, are in one cluster, and it has nothing else.

    Fresh: from the texts that are stored. Words of two stories never meet, so the first words tell which one it is.
    """
    families: dict[frozenset[str], set[str]] = defaultdict(set)
    members = {name: entry for name, entry in ledger.entries.items() if entry.clustered and name in there}
    for article_id in members:
        family = next((one for one in families if _same(one, there[article_id])), None)
        families[family or frozenset(there[article_id].split())].add(article_id)
    for family in families.values():
        if len(family) < 2:
            continue
        first = min(family)
        page = httpx2.get(f"{url}/v1/articles/{first}/cluster", params={"limit": 1_000}, timeout=PATIENCE_SECONDS)
        listed = {member["id"] for member in page.raise_for_status().json()["members"]}
        if missing := family - listed:
            findings.clusters.append(f"{first}: without {sorted(missing)[:3]}")
        findings.ghosts += sorted(f"{name} in a cluster" for name in listed - there.keys())
        strangers = {name for name in listed & there.keys() if not _same(frozenset(there[first].split()), there[name])}
        findings.clusters += sorted(f"{first}: with {name}" for name in strangers)


def _same(words: frozenset[str], text: str) -> bool:
    other = frozenset(text.split())
    return 2 * len(words & other) > min(len(words), len(other))
