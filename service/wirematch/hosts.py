"""What ``Host`` and ``Origin`` name, and what of it is this machine."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

LOCALHOST = "localhost"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""RFC 6052."""
_KEPT = 256
"""Answers that are kept: nearly all requests come from the same few clients, for the same few names."""


def is_loopback(host: str) -> bool:
    """Whether a name or address, without port and brackets, is this machine whatever a name server says."""
    if host.lower() == LOCALHOST:
        return True
    address = as_address(host)
    return address is not None and address.is_loopback


@lru_cache(_KEPT)
def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that ``host`` is, an IPv4 one inside IPv6 unwrapped; None for a name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(_KEPT)
def host_of(authority: str) -> str | None:
    """The host of ``HOST`` or ``HOST:PORT`` in lower case, without brackets; None when it is neither."""
    if not authority or any(character in authority for character in "/?#@\\ \t"):
        return None
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port  # raises when it is none
    except ValueError:
        return None
    return parts.hostname


def authority_of(origin: str) -> str | None:
    """``HOST`` or ``HOST:PORT`` of an ``Origin`` in lower case, without a port that its scheme has anyway."""
    scheme, separator, authority = origin.lower().partition("://")
    if not separator or host_of(authority) is None:
        return None
    return authority.removesuffix({"http": ":80", "https": ":443"}.get(scheme, "//"))


def is_public(address: str) -> bool:
    """Whether an address belongs to the public Internet, also where one of IPv4 is written inside one of IPv6."""
    found = as_address(address)
    if found is None:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else found.sixtofour
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast
