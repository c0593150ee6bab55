"""Parse hosts from ``Host`` and ``Origin`` headers and URLs, and tell which are this machine or public."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

LOCALHOST = "localhost"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""The well-known prefix for NAT64 (RFC 6052)."""
_KEPT = 256
"""Cached results: nearly all requests come from the same few clients for the same few names."""


def is_loopback(host: str) -> bool:
    """Whether a name or address, without port or brackets, is this machine, without asking a name server."""
    if host.lower() == LOCALHOST:
        return True
    address = as_address(host)
    return address is not None and address.is_loopback


@lru_cache(_KEPT)
def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parse ``host`` as an IP address, with IPv4-mapped IPv6 unwrapped; None for a name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(_KEPT)
def host_of(authority: str) -> str | None:
    """The host of ``HOST`` or ``HOST:PORT`` in lower case and without brackets; None if it is malformed."""
    if not authority or any(character in authority for character in "/?#@\\ \t"):
        return None
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port  # raises ValueError for an invalid port
    except ValueError:
        return None
    return parts.hostname


def authority_of(origin: str) -> str | None:
    """``HOST`` or ``HOST:PORT`` of an ``Origin``, in lower case and without a default port; None if malformed."""
    scheme, separator, authority = origin.lower().partition("://")
    if not separator or host_of(authority) is None:
        return None
    return authority.removesuffix({"http": ":80", "https": ":443"}.get(scheme, "//"))


def is_public(address: str) -> bool:
    """Whether an IP address is publicly routable; an IPv4 address embedded in IPv6 (NAT64, 6to4) counts as itself."""
    found = as_address(address)
    if found is None:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else found.sixtofour
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast
