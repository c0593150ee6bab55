"""Access without keys: programs on this machine, and this service's own pages.

Every page that the user's browser shows can reach a service on 127.0.0.1. Its scripts can send requests that need no
CORS preflight (a ``POST`` of plain text or a form), and reach any address by a host name of their own that they make
resolve to it (DNS rebinding). So ``Host`` must be this machine or an allowed name, ``Origin`` must be the service's
own, and form and plain-text bodies need a header that triggers a preflight. For forms of our own pages, our own
``Origin`` suffices: browsers always send it with forms, and no page can forge it.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from wirematch.access.route_path import route_path
from wirematch.access.route_scopes import is_page
from wirematch.api.problems import Problem, problem
from wirematch.hosts import as_address, authority_of, host_of, is_loopback

ANY_HOST = "*"
SENT_UNASKED = frozenset({"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
"""Media types that need no preflight (https://fetch.spec.whatwg.org/#cors-safelisted-request-header)."""
ASKED_FOR = ("authorization", "idempotency-key", "x-requested-with")
"""Headers that trigger a preflight, which this service refuses."""


@dataclass(frozen=True, slots=True)
class KeylessAccess:
    """Whom to serve without a key."""

    allowed_hosts: frozenset[str] = frozenset()
    """Host names accepted besides this machine's own; ``*`` accepts any."""
    insecure: bool = False
    """Trust the network: accept every peer, and every host unless some are allowed by name."""

    def refusal(self, scope: Scope) -> Problem | None:
        """Return why a request is refused; None if it is served."""
        headers = Headers(scope=scope)
        return (
            self.refused_peer(scope)
            or self.refused_host(headers)
            or refused_origin(headers)
            or refused_form(scope, headers)
        )

    def refused_peer(self, scope: Scope) -> Problem | None:
        """Refuse other machines, unless the network is trusted."""
        peer = as_address(scope["client"][0]) if scope.get("client") else None
        if self.insecure or peer is None or peer.is_loopback:
            return None
        said = "Without keys, only programs on this machine are served; 'wirematch keys create' makes one."
        return problem(403, "key-needed", "A key is needed", said)

    def refused_host(self, headers: Headers) -> Problem | None:
        """Refuse host names that are not ours."""
        if ANY_HOST in self.allowed_hosts or (self.insecure and not self.allowed_hosts):
            return None
        host = host_of(headers.get("host", ""))
        if host is not None and (is_loopback(host) or host in self.allowed_hosts):
            return None
        return problem(
            421,
            "unknown-host",
            "The request is for another host",
            "This name is not served; WIREMATCH_ALLOWED_HOSTS or --allowed-hosts name those that are.",
        )


def refused_origin(headers: Headers) -> Problem | None:
    """Refuse pages of other sites; programs send no ``Origin``."""
    origin = headers.get("origin")
    if origin is None:
        return None
    authority = authority_of(origin)
    host = headers.get("host", "").lower()
    if authority is not None and authority in (host, host.removesuffix(":80"), host.removesuffix(":443")):
        return None
    return problem(403, "foreign-origin", "The request comes from another site", "Pages of other sites are not served.")


def refused_form(scope: Scope, headers: Headers) -> Problem | None:
    """Refuse what a page of another site can send; :func:`refused_origin` must have been checked before."""
    if scope["method"] != "POST":  # all other methods that change something trigger a preflight
        return None
    if "origin" in headers and is_page(route_path(scope)):
        return None
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in SENT_UNASKED or any(name in headers for name in ASKED_FOR):
        return None
    return problem(
        403,
        "header-needed",
        "A header is needed",
        f"This was sent as {media_type}, as a page of any site can send it. Send JSON with "
        "'Content-Type: application/json'; everything else needs a header that such a page cannot send, for example "
        "'X-Requested-With: me'.",
    )
