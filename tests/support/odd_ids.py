"""Ids that mean something in an address, or are long or hard to see: all can be named, quoted."""

from __future__ import annotations

ODD_IDS = (
    "a/b", "a//b", "/", "//", "a/../b", "../a", "a/..", "./.", "...", "a.",
    "a?b=c#d&e", "https://norwind.example/1?a=b#c", "a%2Fb", "%2E", "%", "%zz", "a+b", "a;b", "a\\b", "'\"<>",
    " ", " a ", "\u202ea", "\x85", "e\u0301", "x" * 200, "\U0001f701" * 200,
    "a/pickups", "a/b/cluster", "against", "a/against/b", "versions/1",
)  # fmt: skip
