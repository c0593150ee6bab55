"""What is stored with a text so that it need not be computed again."""

from __future__ import annotations

from typing import NamedTuple


class StoredAids(NamedTuple):
    """Derived data of a text, stored so that neither the sieve nor a comparison has to compute it again."""

    sketch: bytes | None = None
    """Sketch of its shingles (``sketch.py``)."""
    skeleton: bytes | None = None
    """Skeleton of the text without markup (``text/skeleton.py``)."""


NO_AIDS = StoredAids()
