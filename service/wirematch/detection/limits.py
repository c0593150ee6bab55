"""How much a detector compares and keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DetectorLimits:
    """How much is compared and kept in memory."""

    compare_limit: int
    """Candidates examined for a submission."""
    excerpt_limit: int
    """Further candidates examined because they may share nothing but an excerpt."""
    compare_bytes: int
    """Bytes of candidates' texts compared with a submission; four times as many for a story's pickups."""
    pickup_limit: int
    """Candidates examined for a story's pickups."""
    prepared_cache: int
    """Most prepared stored articles in the cache."""
    fingerprint_cache: int
    """Most sketches in the cache."""
    cache_bytes: int = 256 << 20
    """Bytes of all caches together."""
    texts: bool = True
    """Whether the index stores texts, or imprints in their place."""
