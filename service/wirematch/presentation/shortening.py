"""Long stretches of text, reduced to their beginning and end."""

from __future__ import annotations

LONGEST_WORD = 40
"""In characters. A script that is written without spaces has none so near, and is cut anywhere."""


def shortened(text: str, longest: int) -> str:
    """Return a text on one line, of at most ``longest`` characters and an ellipsis; it is cut between words."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    half = longest // 2
    first, last = text[:half], text[-half:]
    before, after = first.rfind(" "), last.find(" ")
    if before > half - LONGEST_WORD:
        first = first[:before]
    if 0 <= after < LONGEST_WORD:
        last = last[after + 1 :]
    return f"{first.rstrip()} … {last.lstrip()}"
