"""Decode bytes by the most reliable evidence: a byte order mark, then the declared charset, then UTF-8."""

from __future__ import annotations

import codecs
import re

from wirematch.errors import Fault, InvalidDocumentError

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


# Longer marks first: UTF-32's begins with UTF-16's.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Encodings in which news arrives. Python has others, some of which take quadratic time.
_KNOWN = frozenset(
    "utf-8 utf-16 utf-16-le utf-16-be utf-32 ascii iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 "
    "iso8859-7 iso8859-8 iso8859-9 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp874 cp1250 cp1251 cp1252 "
    "cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u mac-roman cp437 cp850 cp852 cp866 "
    "shift_jis cp932 euc_jp iso2022_jp gb2312 gbk gb18030 big5 euc_kr cp949 tis-620".split()
)
_META = re.compile(rb"<meta[^<>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_PROLOGUE_BYTES = 4_096


def decode(content: bytes, charset: str | None = None) -> str:
    """Decode ``content``. Raises InvalidDocumentError with the invalid byte, or for an unknown charset."""
    variant = variant_of(charset)
    if variant is not None:
        content, charset = decode_variant(content, variant).encode(), None
    encoding = codec(charset) if charset else "utf-8"
    for mark, marked in MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], marked
            break
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper()
        raise InvalidDocumentError(f"is not {name} text: {error.reason} at byte {error.start}") from error
    if "\x00" in text:
        raise InvalidDocumentError("is not text: it holds zero bytes")
    return text


def check_charset(charset: str) -> str:
    """Return ``charset`` unchanged. Raises InvalidDocumentError if it is not supported."""
    if variant_of(charset) is None:
        codec(charset)
    return charset


def codec(charset: str) -> str:
    """Return Python's name of a charset. Raises InvalidDocumentError if it is not supported."""
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name
    except (LookupError, ValueError):
        name = ""
    if name not in _KNOWN:
        raise InvalidDocumentError(
            "cannot be read", [Fault("charset", f"{charset[:40]!r} is not a supported encoding; send UTF-8")]
        )
    return "cp1252" if name in {"ascii", "iso8859-1"} else name  # as browsers read these two


def decode_html(content: bytes, charset: str | None = None) -> str:
    """Decode an HTML page, which may declare its charset in a ``meta`` element; cp1252 is the fallback.

    A page with characters beyond ASCII that is valid UTF-8 is UTF-8, whatever is declared: no other text looks like
    that.
    """
    if not content.isascii() and (text := _utf_8(content)) is not None:
        return text
    if charset is None and not any(content.startswith(mark) for mark, _ in MARKS):
        named = _META.search(content[:_PROLOGUE_BYTES])
        charset = named.group(1).decode("ascii") if named else None
        if charset is not None and codec(charset).startswith("utf-16"):
            charset = None  # the declaration itself could not have been read
        if charset is None:
            try:
                return content.decode("utf-8").replace("\x00", "\ufffd")
            except UnicodeDecodeError:
                charset = "cp1252"
        return content.decode(codec(charset), "replace").replace("\x00", "\ufffd")
    return decode(content, charset)


def _utf_8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig").replace("\x00", "\ufffd")
    except UnicodeDecodeError:
        return None


def to_utf8(content: bytes, charset: str) -> bytes:
    """Transcode to UTF-8 with a byte order mark, which overrides any declaration inside."""
    return codecs.BOM_UTF8 + decode(content, charset).encode("utf-8")
