"""Findings about a Redis or Valkey server, from what it reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wirematch.commands.doctor.finding import Finding, fine, note, problem, warning
from wirematch.index.connections.history import OLDEST_REDIS
from wirematch.settings import Settings

OLDEST = {"redis": OLDEST_REDIS, "valkey": (8, 0)}
MOST_SKEW = 2.0
"""Seconds by which clocks may differ; the order of storing and expiry depend on the server's."""
NEARLY_FULL = 0.9


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What one server reports about itself."""

    info: Mapping[str, Any]
    """INFO."""
    appendfsync: str | None
    """None if the user may not run CONFIG GET."""
    ahead: float
    """Seconds that its clock is ahead of ours."""


def server_findings(facts: ServerFacts, settings: Settings) -> Iterator[Finding]:
    """Yield findings about one server that has data."""
    yield _version(facts.info)
    yield from _persistence(facts)
    yield from _memory(facts.info)
    yield from _replication(facts.info, settings)
    if abs(facts.ahead) > MOST_SKEW:
        how = "ahead of" if facts.ahead > 0 else "behind"
        yield warning(
            "clock",
            f"The server's clock is {abs(facts.ahead):.1f} s {how} this machine's.",
            "Synchronise both by NTP: the order of storing, retention and expiry of keys depend on them.",
        )
    else:
        yield fine("clock", "The server's clock and this machine's agree.")


def _version(info: Mapping[str, Any]) -> Finding:
    name = "valkey" if "valkey_version" in info else "redis"
    version = str(info.get(f"{name}_version", "0"))
    number = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    least = OLDEST[name]
    if number < least:
        wanted = ".".join(map(str, least))
        return problem("version", f"The server is {name} {version}.", f"Run {name} {wanted} or newer.")
    return fine("version", f"The server is {name} {version}.")


def _persistence(facts: ServerFacts) -> Iterator[Finding]:
    info = facts.info
    if not int(info.get("aof_enabled", 0)):
        yield problem(
            "persistence",
            "The server keeps no append-only file: what was stored since its last snapshot is lost when it stops.",
            "Set 'appendonly yes'.",
        )
        return
    if facts.appendfsync == "no":
        yield warning(
            "persistence",
            "The append-only file is flushed whenever the kernel decides (appendfsync no).",
            "Set 'appendfsync everysec', or 'always' if not even a second may be lost.",
        )
    else:
        how = f", flushed {facts.appendfsync}" if facts.appendfsync else ""
        yield fine("persistence", f"The server keeps an append-only file{how}.")
    for name, what in (("aof_last_write_status", "written"), ("aof_last_bgrewrite_status", "rewritten")):
        if info.get(name, "ok") != "ok":
            yield problem("disk", f"The append-only file could not be {what}.", "Free space on the server's disk.")


def _memory(info: Mapping[str, Any]) -> Iterator[Finding]:
    policy, most, used = (info.get(name) for name in ("maxmemory_policy", "maxmemory", "used_memory"))
    if policy != "noeviction":
        yield problem(
            "eviction",
            f"When memory is full, the server drops keys (maxmemory-policy {policy}): parts of the index.",
            "Set 'maxmemory-policy noeviction': storing is refused then, and nothing is lost.",
        )
    else:
        yield fine("eviction", "The server evicts nothing.")
    if int(info.get("evicted_keys", 0)):
        yield problem(
            "evicted",
            f"It has evicted {int(info['evicted_keys']):,} keys since it started.",
            "Articles are missing, or are not found. Load them again from your archive, or restore the server's file.",
        )
    if not int(most or 0):
        yield warning(
            "memory",
            "The server has no memory limit: when the machine has none left, its kernel kills a process.",
            "Set 'maxmemory' to what the machine can spare.",
        )
    elif int(used or 0) > NEARLY_FULL * int(most or 0):
        yield problem(
            "memory",
            f"{int(used or 0) / int(most or 1):.0%} of the server's memory is used; when full, nothing is stored.",
            "Raise 'maxmemory' (of the embedded Valkey: WIREMATCH_VALKEY_MEMORY), set WIREMATCH_RETENTION, or use "
            "more shards on more masters.",
        )
    else:
        yield fine("memory", f"{int(used or 0) / int(most or 1):.0%} of the server's memory is used.")


def _replication(info: Mapping[str, Any], settings: Settings) -> Iterator[Finding]:
    role, replicas = info.get("role"), int(info.get("connected_slaves", 0))
    if role != "master":
        yield problem("role", f"The server is a {role}, which accepts no writes.", "Name the master, or use Sentinel.")
    if settings.wait_replicas > replicas:
        yield problem(
            "replicas",
            f"Writes wait for {settings.wait_replicas} replicas (WIREMATCH_WAIT_REPLICAS), and there are {replicas}: "
            "every write is answered with 503.",
            "Start replicas, or lower WIREMATCH_WAIT_REPLICAS.",
        )
    elif settings.wait_replicas == replicas > 0:
        yield warning(
            "replicas",
            f"Writes wait for all {replicas} replicas: when one is away, every write is answered with 503.",
            "Run one more replica than WIREMATCH_WAIT_REPLICAS says.",
        )
    else:
        yield note("replicas", f"Writes wait for {settings.wait_replicas} of {replicas} replicas.")
