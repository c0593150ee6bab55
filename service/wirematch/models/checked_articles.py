"""How judgements name an article that was checked and not stored: ``check:`` and the key under which it is kept."""

from __future__ import annotations

import re

CHECK = "check:"
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


def is_checked_key(key: str) -> bool:
    """Whether a checked article may have this key."""
    return _KEY.fullmatch(key) is not None


def checked_key(name: str) -> str | None:
    """The key of the checked article that a judgement names so; None where it names a stored one.

    Stored articles may have ids that begin alike.
    """
    key = name.removeprefix(CHECK)
    return key if key != name and is_checked_key(key) else None
