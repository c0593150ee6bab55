"""The scope that each request needs. Routes not listed need ``admin``, so a new route is closed by default."""

from __future__ import annotations

from wirematch.access.key import Scope

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
PUBLIC = frozenset({"/livez", "/readyz", "/docs", "/openapi.json", SIGN_IN, SIGN_OUT})
PUBLIC_FILES = ("/docs/files/", "/static/")
FIRST_PAGE, SAMPLES = "/", "/samples"
PAGES = frozenset(
    {FIRST_PAGE, SAMPLES, "/articles", "/desk", "/desk/latest", "/desk/events", "/review", SIGN_IN, SIGN_OUT}
)
PAGES_BELOW = ("/articles/", "/checks/")
METRICS = "/metrics"
READING = frozenset({"GET", "HEAD"})
ARTICLES, SESSION = "/v1/articles", "/v1/session"


def needed_scope(method: str, path: str) -> Scope | None:
    """Return the scope that a request needs; None if it needs no key."""
    if path in PUBLIC or path.startswith(PUBLIC_FILES):
        return None
    if path == SESSION or (method == "POST" and path in {"/v1/check", "/v1/compare"}):
        return Scope.CHECK
    if path == ARTICLES or path.startswith(f"{ARTICLES}/"):
        return Scope.CHECK if method in READING else Scope.STORE
    if is_page(path):
        # The front page's form keeps what a reader checked; all other forms change what everybody sees.
        return Scope.CHECK if method in READING or path == FIRST_PAGE else Scope.STORE
    return Scope.ADMIN


def is_page(path: str) -> bool:
    """Whether the path is that of an HTML page, which may also receive forms."""
    return path in PAGES or path.startswith(PAGES_BELOW)
