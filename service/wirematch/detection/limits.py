"""How much a detector compares and keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DetectorLimits:
    """How much is compared and kept in memory."""

    compare_limit: int
    """Candidates of a submission that are looked at."""
    excerpt_limit: int
    """Further candidates that are looked at because they may share an excerpt alone."""
    compare_bytes: int
    """Of the candidates' texts that are compared with a submission; four times as many for a story's pickups."""
    pickup_limit: int
    """Candidates of a story that are looked at for its pickups."""
    prepared_cache: int
    """Stored articles kept prepared for comparison."""
    fingerprint_cache: int
    """Stored articles whose sketches are kept."""
    cache_bytes: int = 256 << 20
    """Of both together."""
    texts: bool = True
    """Whether the index gets the texts of articles, or imprints in place of them."""
