"""Apertium's stream format: what is text, what goes around it, and which sentence it is.

https://wiki.apertium.org/wiki/Apertium_stream_format: ``[…]`` is passed on as it is, a backslash stands before what
would mean something else, and a NUL ends what is translated together, on which every program hands on all that it has.
"""

from __future__ import annotations

import re

from wirematch.translation.translator import TranslationFailedError

END = b"\0"
_RESERVED = re.compile(r"[\[\]{}$/\\@<>]")
_PASSED_ON = re.compile(r"[~\ufffd\x00-\x08\x0b-\x1f\x7f]+")
"""An alarm of the post-generator's, and what is no text: the first is passed on, the others are left out."""
_TOKEN = re.compile(r"\\(.)|\[((?:[^\]\\]|\\.)*)\]", re.DOTALL)


def encode(sentence: str, mark: str) -> bytes:
    """The sentence as a block of the stream, with its mark; empty brackets at its end flush the last word."""
    # A caret at a sentence's end swallows the NUL even where it is escaped, and no news needs one.
    plain = sentence.encode("utf-8", "replace").decode("utf-8").replace("^", " ")
    pieces = []
    for word in " ".join(plain.split()).split(" "):
        kept = _PASSED_ON.sub(lambda match: "~" * match[0].count("~"), word)
        pieces.append("[~]".join(_RESERVED.sub(r"\\\g<0>", part) for part in kept.split("~")))
    return f"[{mark}]{' '.join(pieces)}[]".encode() + END


def decode(block: bytes, mark: str) -> str:
    """The sentence of a block.

    Raises:
        TranslationFailedError: it is no text, or the mark of another sentence is on it.
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
