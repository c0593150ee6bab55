"""Names of all Redis keys and all entries of in-process caches. No other module makes any.

A part in braces is a hash tag: keys with the same tag lie in one slot of a Redis Cluster, so one script may use them
all. ``docs/keys-and-bytes.md`` describes what each key holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import count

from redis.crc import key_slot

SLOTS = 16_384
NAME = r"^[A-Za-z0-9_.-]{1,64}$"
"""Pattern of names of indexes, tenants and access keys: free of characters special to Redis or a shell."""


@dataclass(frozen=True, slots=True)
class ScriptKeys:
    """The keys that a group of scripts works on, all under one hash tag."""

    declared: tuple[bytes, ...]
    """KEYS of every script in the group."""
    prefix: bytes
    """Prefix of the key names that scripts make themselves."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """One tenant's index and the state beside it.

    Everything a tenant owns is named after :attr:`root`, so two tenants have no key in common. Access keys, sessions,
    rate limits, the tenants themselves and the probe belong to the service and are named after the index alone.
    """

    name: str
    """Name of the index (``WIREMATCH_INDEX``); without braces, colons and tildes."""
    tenant: str | None = None
    """The tenant whose articles these are; None for the service's own."""
    translated: bool = False
    """Whether this is the index of the articles' translations rather than that of the articles."""

    @property
    def root(self) -> str:
        """First part of all of a tenant's hash tags and cache keys."""
        own = self.name if self.tenant is None else f"{self.name}~{self.tenant}"
        return f"{own}:translated" if self.translated else own

    @property
    def patterns(self) -> tuple[str, str]:
        """Patterns with which SCAN finds all keys of the tenant."""
        return f"{{{self.root}}}*", f"{{{self.root}:*"

    def of_tenant(self, tenant: str) -> Namespace:
        """The namespace of a tenant of the same service."""
        return replace(self, tenant=tenant)

    @property
    def translations(self) -> Namespace:
        """The namespace of these articles' translations. Its keys also match :attr:`patterns`."""
        return replace(self, translated=True)

    @property
    def untranslated(self) -> bytes:
        """Sorted set: ids of articles whose translation may be missing, by the time to look after them."""
        return _tag(self.root, "untranslated")

    @property
    def fingerprint_record(self) -> bytes:
        """Hash: the parameters of the index and its live generation."""
        return _tag(self.root) + b":record"

    def shard(self, generation: int, shard: int, shards: int) -> ScriptKeys:
        """Shard ``shard`` of ``shards`` in a generation; declared are its state, its ids, and a guard.

        The guard never exists; ``lua/shard.lua`` says what it is for. The hash tag is ``NAME:GENERATION.SHARD.TRY``
        with the first TRY from 0 whose slot lies in the shard's share of all slots. Left to chance, three masters would
        not get a third of the shards each.
        """
        return _shard_keys(self.root, generation, shard, shards)

    @property
    def clusters(self) -> ScriptKeys:
        """Declared is the hash from article ids to memberships; the prefix precedes the id of an original."""
        tag = _tag(self.root, "groups")
        return ScriptKeys((tag + b":of",), tag + b":g")

    @property
    def pending_articles(self) -> bytes:
        """Sorted set: ids of articles that clusters may not know yet, by the time to look after them."""
        return _tag(self.root, "groups") + b":expected"

    def kill(self, article_id: str) -> bytes:
        """String: the kill of a story."""
        return _tag(self.root, "kill", article_id)

    @property
    def kill_pattern(self) -> str:
        """Pattern with which SCAN finds all kills."""
        return f"{{{self.root}:kill:*"

    def killed_id(self, key: bytes) -> str:
        """The article id in a kill's key."""
        return key.decode()[len(self.kill_pattern) - 1 : -1]

    def idempotency_key(self, key: str) -> bytes:
        """Hash: the request that was sent under an ``Idempotency-Key``."""
        return _tag(self.root, "request", key)

    @property
    def rate_limits(self) -> str:
        """Prefix of the keys of the ``limits`` library."""
        return f"{self.name}:limit"

    @property
    def probe(self) -> bytes:
        """String: written to check whether the server accepts writes."""
        return _tag(self.name, "probe")

    @property
    def access_keys(self) -> bytes:
        """Hash: records of all access keys, by id."""
        return _tag(self.name, "access")

    @property
    def tenants(self) -> bytes:
        """Hash: records of all tenants, by name."""
        return _tag(self.name, "tenants")

    @property
    def imports(self) -> tuple[bytes, bytes]:
        """Hash of the marks of restores and loads that have not ended, of all tenants and of none; of signs of life."""
        tag = _tag(self.name, "imports")
        return tag, tag + b":alive"

    def session(self, digest: str) -> bytes:
        """String: the access key of a signed-in page, under a hash of its session."""
        return _tag(self.name, "session", digest)

    def checked_article(self, key: str) -> bytes:
        """String: an article that was checked on a page."""
        return _tag(self.root, "check", key)

    def pickup_note(self, digest: str) -> bytes:
        """String: what one version of an article owes to wire stories. All notes lie in one slot."""
        return _tag(self.root, "pickups") + f":{digest}".encode()

    @property
    def judgements(self) -> tuple[bytes, bytes]:
        """Hash of judgements by pair, and sorted set of pairs by time of judgement."""
        tag = _tag(self.root, "judgements")
        return tag + b":pairs", tag + b":times"

    def earlier_versions(self, article_id: str) -> bytes:
        """List: earlier versions of an article, latest first."""
        return _tag(self.root, "versions", article_id)

    def mentions(self, article_id: str) -> bytes:
        """Set: places outside the index that mention an article."""
        return _tag(self.root, "mentions", article_id)

    @property
    def outbox(self) -> tuple[bytes, bytes, bytes]:
        """Sorted set of tasks by due time, hash of their contents, and string: when tasks were last claimed."""
        tag = _tag(self.root) + b":outbox"
        return tag, tag + b":content", tag + b":clock"


def _tag(*parts: str) -> bytes:
    return f"{{{':'.join(parts)}}}".encode()


@cache
def _shard_keys(root: str, generation: int, shard: int, shards: int) -> ScriptKeys:
    if not 0 <= shard < shards:  # no tag would ever be found
        raise ValueError(f"there is no shard {shard} of {shards}")
    tags = (_tag(root, f"{generation}.{shard}.{attempt}") for attempt in count())
    tag = next(tag for tag in tags if key_slot(tag) * shards // SLOTS == shard)
    return ScriptKeys(tuple(tag + name for name in (b":state", b":ids", b":guard")), tag + b":")
