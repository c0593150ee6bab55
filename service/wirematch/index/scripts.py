"""Lua scripts as files: each is put together from its own text and what it shares with others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Script:
    """A script's text and the name under which a server keeps it."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        # SHA-1 is what EVALSHA names scripts by.
        object.__setattr__(self, "sha", hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest())


def load_script(package: str, *names: str, flags: str = "") -> Script:
    """The script made of ``lua/NAME.lua`` of ``package``, in the order of ``names``; ``flags`` as Redis reads them."""
    folder = files(package) / "lua"
    parts = [(folder / f"{name}.lua").read_text(encoding="utf-8") for name in names]
    return Script("\n".join([f"#!lua flags={flags}"] * bool(flags) + parts))


def _script(*names: str, flags: str = "") -> Script:
    return load_script("wirematch.index", *names, flags=flags)


CLAIM = _script("claim")
OPEN = _script("shard", "open")
PUT = _script("shard", "lookup", "pages", "put")
REMOVE = _script("shard", "lookup", "pages", "remove", flags="allow-oom")  # deleting works in a full Redis, too
GET = _script("shard", "get")
QUERY = _script("shard", "lookup", "query")
FOLLOW = _script("shard", "follow")
FETCH = _script("shard", "fetch")
NEWEST = _script("shard", "newest")
DUE = _script("shard", "due")
PHASE = _script("shard", "phase")
RECORD = _script("record")
NOTE = _script("note")
SCAN = _script("shard", "scan")
CHANGES = _script("shard", "changes")
CLEAR = _script("shard", "clear", flags="allow-oom")
FORGET = _script("shard", "lookup", "forget", flags="allow-oom")
