"""What is stored beside a text."""

from __future__ import annotations

from typing import NamedTuple


class Beside(NamedTuple):
    """Derived data of a text, stored so that neither the sieve nor a comparison has to compute it again."""

    sketch: bytes | None = None
    """Sketch of its shingles (``sketch.py``)."""
    skeleton: bytes | None = None
    """Skeleton of the text without markup (``text/skeleton.py``)."""


NOTHING_BESIDE = Beside()
