"""Who is served without a key: programs on this machine, and pages that this service gave out itself.

A service on 127.0.0.1 is within reach of every page that its user's browser shows. The page's scripts send what
browsers send without asking (a ``POST`` of plain text or of a form), and they reach any address by a name of their own
that changes what it stands for (DNS rebinding). So ``Host`` must be this machine or a name that was allowed,
``Origin`` must be the service's own, and the media types of forms and plain text need a header that a page cannot send
without asking. Where our own pages send their forms, our own ``Origin`` is enough: browsers send it with every form,
and no page can choose it.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from wirematch.access.route_path import route_path
from wirematch.access.routes import is_page
from wirematch.api.problems import Problem, problem
from wirematch.hosts import as_address, authority_of, host_of, is_loopback

ANY_HOST = "*"
SENT_UNASKED = frozenset({"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
"""Media types that a page may send anywhere (https://fetch.spec.whatwg.org/#cors-safelisted-request-header)."""
ASKED_FOR = ("authorization", "idempotency-key", "x-requested-with")
"""Headers for which a browser asks us first, and is told no."""


@dataclass(frozen=True, slots=True)
class OpenDoors:
    """Whom to serve without a key."""

    allowed_hosts: frozenset[str] = frozenset()
    """Beside this machine's own names; ``*`` is any."""
    insecure: bool = False
    """The network decides who comes in, so every peer does, and every host where none is allowed by name."""

    def refusal(self, scope: Scope) -> Problem | None:
        """Why a request is not served; None when it is."""
        headers = Headers(scope=scope)
        return (
            self.refused_peer(scope)
            or self.refused_host(headers)
            or refused_origin(headers)
            or refused_form(scope, headers)
        )

    def refused_peer(self, scope: Scope) -> Problem | None:
        """Only this machine, unless the network is trusted."""
        peer = as_address(scope["client"][0]) if scope.get("client") else None
        if self.insecure or peer is None or peer.is_loopback:
            return None
        said = "Without keys only the machine itself is served; 'wirematch keys create' makes one."
        return problem(403, "key-needed", "A key is needed", said)

    def refused_host(self, headers: Headers) -> Problem | None:
        """Only names that are ours."""
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
    """Only pages of our own; programs send no ``Origin``."""
    origin = headers.get("origin")
    if origin is None:
        return None
    authority = authority_of(origin)
    host = headers.get("host", "").lower()
    if authority is not None and authority in (host, host.removesuffix(":80"), host.removesuffix(":443")):
        return None
    return problem(403, "foreign-origin", "The request comes from another site", "Pages of other sites are not served.")


def refused_form(scope: Scope, headers: Headers) -> Problem | None:
    """Only what no page of another site can send; :func:`refused_origin` was asked before."""
    if scope["method"] != "POST":  # for all others that change something, a browser asks first
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
        f"Any page may send {media_type}, so it needs a header that a page cannot send, such as 'X-Requested-With: "
        "yourself'. What is JSON needs none with its own 'Content-Type: application/json'.",
    )
