"""What is kept beside a stored text."""

from __future__ import annotations

from typing import NamedTuple


class Beside(NamedTuple):
    """Of a text what neither the sieve nor a comparison then has to find in it again."""

    sketch: bytes | None = None
    """Of its shingles (``sketch.py``)."""
    skeleton: bytes | None = None
    """Of what it is without markup (``text/skeleton.py``)."""


NOTHING_BESIDE = Beside()
