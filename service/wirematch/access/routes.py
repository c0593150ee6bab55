"""Which scope a request needs. What is not listed needs ``admin``, so a new route is closed until it is."""

from __future__ import annotations

from wirematch.access.key import Scope

PUBLIC = frozenset({"/livez", "/readyz", "/docs", "/openapi.json"})
PUBLIC_FILES = "/docs/files/"
READING = frozenset({"GET", "HEAD"})
ARTICLES, SESSION = "/v1/articles", "/v1/session"


def needed_scope(method: str, path: str) -> Scope | None:
    """The scope for a request; None when none is needed."""
    if path in PUBLIC or path.startswith(PUBLIC_FILES):
        return None
    if path == SESSION or (method == "POST" and path in {"/v1/check", "/v1/compare"}):
        return Scope.CHECK
    if path == ARTICLES or path.startswith(f"{ARTICLES}/"):
        return Scope.CHECK if method in READING else Scope.STORE
    return Scope.ADMIN
