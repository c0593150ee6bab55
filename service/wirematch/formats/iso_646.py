"""National variants of ISO 646: 7-bit encodings in which a language's letters replace brackets and braces."""

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
"""Translation tables by the names that ``charset`` accepts; positions without a national character are unchanged. The
variant cannot be detected from a text, so it must be declared."""


def variant_of(charset: str | None) -> dict[int, int] | None:
    """Return the table of the variant that a charset names (case and dashes are ignored); None if it names none."""
    return ISO_646.get((charset or "").strip().strip("\"'").lower().replace("_", "-"))


def decode_variant(content: bytes, variant: dict[int, int]) -> str:
    """Decode a text; the eighth bit, which some lines use for parity, is ignored."""
    return bytes(byte & 0x7F for byte in content).decode("ascii").translate(variant)
