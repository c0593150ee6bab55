"""A text of two sentences to put furniture around, and what remains without it."""

from __future__ import annotations

from wirematch.text.furniture.finding import find_furniture

LEAD = "A loaded barge broke loose in the storm before dawn and brought down part of the old harbour bridge."
SECOND = "Divers searched the channel all day, and the ferries were running again by the evening."


def without_furniture(submitted: str, headline: str | None = None) -> str:
    """Return a text without furniture, with stripped lines and no empty ones."""
    kept, at = [], 0
    for start, end in find_furniture(submitted, headline):
        kept.append(submitted[at:start])
        at = end
    kept.append(submitted[at:])
    return "\n".join(line.strip() for line in "".join(kept).splitlines() if line.strip())
