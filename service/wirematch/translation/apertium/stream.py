"""Encode and decode Apertium's stream format, with a mark that identifies each sentence.

https://wiki.apertium.org/wiki/Apertium_stream_format: ``[…]`` passes through unchanged, a backslash escapes reserved
characters, and a NUL ends a unit of translation, upon which every program flushes its output.
"""

from __future__ import annotations

import re

from wirematch.translation.translator import TranslationFailedError

END = b"\0"
_RESERVED = re.compile(r"[\[\]{}$/\\@<>]")
_PASSED_ON = re.compile(r"[~\ufffd\x00-\x08\x0b-\x1f\x7f]+")
"""'~', which triggers the post-generator and passes through in brackets, and non-text characters, which are dropped."""
_TOKEN = re.compile(r"\\(.)|\[((?:[^\]\\]|\\.)*)\]", re.DOTALL)


def encode(sentence: str, mark: str) -> bytes:
    """Encode a sentence as a block of the stream, with its mark; empty brackets at its end flush the last word."""
    # A caret at a sentence's end swallows the NUL even if escaped, and no news needs one.
    plain = sentence.encode("utf-8", "replace").decode("utf-8").replace("^", " ")
    pieces = []
    for word in " ".join(plain.split()).split(" "):
        kept = _PASSED_ON.sub(lambda match: "~" * match[0].count("~"), word)
        pieces.append("[~]".join(_RESERVED.sub(r"\\\g<0>", part) for part in kept.split("~")))
    return f"[{mark}]{' '.join(pieces)}[]".encode() + END


def decode(block: bytes, mark: str) -> str:
    """Decode the sentence in a block.

    Raises:
        TranslationFailedError: it is not text, or has the mark of another sentence.
    """
    try:
        text = block.removesuffix(END).decode("utf-8")
    except UnicodeDecodeError as error:
        raise TranslationFailedError("mismatch", "Apertium answers with something that is no text.") from error
    marks: list[str] = []

    def plain(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        if match[2] == "~":
            return "~"
        marks.append(match[2])
        return ""

    sentence = _TOKEN.sub(plain, text)
    if [found for found in marks if found] != [mark]:
        raise TranslationFailedError("mismatch", "Apertium's answers are not in the order of the sentences.")
    return " ".join(sentence.split())
