"""Compare what is stored in the end with the responses that clients received."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx2

from faults.ledger import Ledger
from support.waiting import PATIENCE_SECONDS
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.detection.policy import plausible
from wirematch.fingerprint.minhash import fingerprint_many
from wirematch.models import Article
from wirematch.settings import Settings

PAGE = 500
AT_ONCE = 64
LOOKED_UP_AT_ONCE = 500
SOUGHT = 500
"""Number of articles for which candidates are looked up in full; all are looked up in their buckets."""
Tell = Callable[[str], None]


@dataclass
class Findings:
    """Findings; all must be empty."""

    lost: list[str] = field(default_factory=list)
    """Acknowledged, but missing or different."""
    unfindable: list[str] = field(default_factory=list)
    """Stored, but no look-up of their text leads to them."""
    ghosts: list[str] = field(default_factory=list)
    """Stored although removed or never sent; stored twice but sent once; or in a cluster but not stored."""
    clusters: list[str] = field(default_factory=list)
    """Articles of one story that are not in one cluster."""
    untold: list[str] = field(default_factory=list)
    """Pickups of which no receiver was told."""

    def __bool__(self) -> bool:
        return any((self.lost, self.unfindable, self.ghosts, self.clusters, self.untold))


def stored_articles(url: str) -> dict[str, str]:
    """Return the text of everything stored, by id."""
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


def silent(_: str) -> None:
    """Report no progress."""


def examine(ledger: Ledger, url: str, redis_url: str, tell: Tell = silent) -> Findings:
    """Examine every id of the ledger, every stored article and every cluster."""
    findings = Findings()
    there = stored_articles(url)
    tell(f"{len(there)} articles are there")
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
    tell("all were looked up")
    _examine_clusters(ledger, url, there, findings)
    tell("all clusters were read")
    return findings


async def unfindable(there: Mapping[str, str], redis_url: str) -> list[str]:
    """Return the ids that a look-up of their own text does not lead to, or, for some, that are not candidates."""
    missing: set[str] = set()
    settings = Settings(redis_url=redis_url, redis_timeout=PATIENCE_SECONDS, max_waiting=AT_ONCE, max_wait=60)
    async with open_detector(redis_url, settings) as detector:
        ids = list(there)
        for first in range(0, len(ids), LOOKED_UP_AT_ONCE):
            missing |= await _without_postings(detector, there, ids[first : first + LOOKED_UP_AT_ONCE])
        sought = random.Random(len(ids)).sample(ids, min(SOUGHT, len(ids)))
        for first in range(0, len(sought), AT_ONCE):
            some = sought[first : first + AT_ONCE]
            found = await asyncio.gather(*(detector.candidates(Article(body=there[one]), 1_000) for one in some))
            missing |= {one for one, records in zip(some, found, strict=True) if one not in {r.id for r in records}}
    return sorted(missing)


async def _without_postings(detector: Detector, there: Mapping[str, str], ids: list[str]) -> set[str]:
    """Return those ids whose articles are not among the best in their own buckets."""
    signatures = [one.signature for one in fingerprint_many([there[one] for one in ids], detector.scheme)]
    lookups = await detector.index.lookup_many(signatures, [None] * len(ids))
    numbers = {record.id: record.number for record in await detector.index.get_many(ids)}
    best = [plausible(lookup.ranking, lookup.documents, 1_000).numbers.tolist() for lookup in lookups]
    return {one for one, found in zip(ids, best, strict=True) if numbers.get(one) not in found}


def _examine_clusters(ledger: Ledger, url: str, there: Mapping[str, str], findings: Findings) -> None:
    """Check that articles of one story, all acknowledged with a decision, are in one cluster with nothing else.

    Stories are recognised in the stored texts, by the words that they share.
    """
    members = [name for name, entry in ledger.entries.items() if entry.clustered and name in there]
    families = [family for family in _families(there, members) if len(family) > 1]

    def listed(family: set[str]) -> set[str]:
        address = f"{url}/v1/articles/{min(family)}/cluster"
        page = httpx2.get(address, params={"limit": 1_000}, timeout=PATIENCE_SECONDS).raise_for_status()
        return {member["id"] for member in page.json()["members"]}

    with ThreadPoolExecutor(8) as pool:
        clusters = list(pool.map(listed, families))
    for family, cluster in zip(families, clusters, strict=True):
        first = min(family)
        if missing := family - cluster:
            findings.clusters.append(f"{first}: without {sorted(missing)[:3]}")
        findings.ghosts += sorted(f"{name} in a cluster" for name in cluster - there.keys())
        words = frozenset(there[first].split())
        strangers = {name for name in cluster & there.keys() if not _same(words, there[name])}
        findings.clusters += sorted(f"{first}: with {name}" for name in strangers)


def _families(there: Mapping[str, str], members: list[str]) -> list[set[str]]:
    """Group the members by story. Two stories share a word now and then, but never half of them."""
    families: list[tuple[frozenset[str], set[str]]] = []
    with_word: dict[str, list[int]] = defaultdict(list)
    for name in members:
        words = frozenset(there[name].split()) - {"The"}
        shared = Counter(place for word in words for place in with_word[word])
        place = next((place for place, _ in shared.most_common(1) if _same(families[place][0], there[name])), None)
        if place is None:
            place = len(families)
            families.append((words, set()))
            for word in words:
                with_word[word].append(place)
        families[place][1].add(name)
    return [family for _, family in families]


def _same(words: frozenset[str], text: str) -> bool:
    other = frozenset(text.split())
    return 2 * len(words & other) > min(len(words), len(other))
