"""Lua scripts in files: a script is the concatenation of shared parts and its own file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Script:
    """The text of a script and its SHA-1, by which EVALSHA names it."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha", hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest())


def load_script(package: str, *names: str, flags: str = "") -> Script:
    """Concatenate ``lua/NAME.lua`` of ``package`` in the order of ``names``; ``flags`` go into the shebang line."""
    folder = files(package) / "lua"
    parts = [(folder / f"{name}.lua").read_text(encoding="utf-8") for name in names]
    return Script("\n".join([f"#!lua flags={flags}"] * bool(flags) + parts))


def _script(*names: str, flags: str = "") -> Script:
    return load_script("wirematch.index", *names, flags=flags)


CLAIM_FINGERPRINT_RECORD = _script("claim_fingerprint_record")
READ_FINGERPRINT_RECORD = _script("read_fingerprint_record")
UPDATE_FINGERPRINT_RECORD = _script("update_fingerprint_record")

OPEN = _script("shard", "open")
PUT = _script("shard", "read_pages", "write_pages", "put")
REMOVE = _script("shard", "read_pages", "write_pages", "remove", flags="allow-oom")  # deleting must work when full
GET = _script("shard", "get")
READ_SEQUENCE = _script("shard", "read_sequence")
FETCH = _script("shard", "fetch")
NEWEST = _script("shard", "newest")
ADVANCE_CLOCK = _script("shard", "advance_clock")
READ_EXPIRED = _script("shard", "read_expired")
PUT_OFF = _script("shard", "put_off", flags="allow-oom")

SET_PHASE = _script("shard", "set_phase")
SCAN = _script("shard", "scan")
POP_CHANGES = _script("shard", "pop_changes")
DROP_RECORDS = _script("shard", "drop_records", flags="allow-oom")
DROP_SHARD = _script("shard", "read_pages", "drop_shard", flags="allow-oom")

READ_COUNTS = _script("shard", "read_counts")
CORRECT_COUNT = _script("shard", "correct_count")
SCAN_PAGES = _script("shard", "read_pages", "scan_pages")
DROP_POSTINGS = _script("shard", "read_pages", "write_pages", "drop_postings")
ADD_MISSING = _script("shard", "read_pages", "write_pages", "add_missing")
LOST_IDS = _script("shard", "lost_ids")
