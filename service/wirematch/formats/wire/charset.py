"""Decode wire text: by the declared charset, else as UTF-8, else by detection.

Wires older than the web use single-byte encodings: Latin-1, an IBM code page, or ISO 646, in whose national variants
brackets and braces are letters.
"""

from __future__ import annotations

from charset_normalizer import from_bytes

from wirematch.formats.encoding import decode

CANDIDATES = ["utf_8", "cp1252", "cp437", "cp850", "cp1250", "cp1251", "cp1253", "cp866", "mac_roman", "iso8859_15"]
"""Encodings among which detection chooses. More of them would make it less reliable for short texts."""
SAMPLE_BYTES = 20_000


def decode_wire(content: bytes, charset: str | None = None) -> str:
    """Decode a text. Raises InvalidDocumentError if a declared charset is unknown or wrong."""
    if charset:
        return decode(content, charset)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    high = _around_high_bytes(content)
    best = from_bytes(high, cp_isolation=CANDIDATES, preemptive_behaviour=False).best()
    encoding = best.encoding if best is not None else "cp1252"
    return content.decode(encoding, "replace")


def _around_high_bytes(content: bytes) -> bytes:
    """Return the lines that distinguish charsets, without the control characters that would pass for binary data."""
    lines = [line for line in content[:SAMPLE_BYTES].splitlines() if any(byte > 0x7F for byte in line)]
    sample = b"\n".join(lines) or content[:SAMPLE_BYTES]
    return bytes(byte for byte in sample if byte >= 0x20 or byte in b"\n\t")
