"""The national variants of ISO 646: 7 bits, in which letters of a language stand for brackets and braces."""

from __future__ import annotations

_VARIED = "#$@[\\]^`{|}~"
_LETTERS = {
    "de": "#$§ÄÖÜ^`äöüß",
    "se": "#¤@ÄÖÅ^`äöå~",
    "fi": "#¤@ÄÖÅ^`äöå~",
    "no": "#$@ÆØÅ^`æøå~",
    "dk": "#$@ÆØÅ^`æøå~",
    "fr": "£$à°ç§^µéùè¨",
    "it": "£$§°çé^ùàòèì",
    "es": "£$§¡Ñ¿^`°ñç~",
    "pt": "#$§ÃÇÕ^`ãçõ°",
    "gb": "£$@[\\]^`{|}~",
}
ISO_646 = {f"iso646-{country}": str.maketrans(_VARIED, letters) for country, letters in _LETTERS.items()}
"""By the names that a ``charset`` may give; what is not national in a variant stays. No text tells by itself which
variant it is in, so one must be declared."""


def variant_of(charset: str | None) -> dict[int, int] | None:
    """The table of the variant that a charset names, in any case and with either dash; None when it names none."""
    return ISO_646.get((charset or "").strip().strip("\"'").lower().replace("_", "-"))


def decode_variant(content: bytes, variant: dict[int, int]) -> str:
    """The text; an eighth bit, which some lines use for parity, does not count."""
    return bytes(byte & 0x7F for byte in content).decode("ascii").translate(variant)
