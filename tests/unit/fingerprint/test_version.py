"""Signatures of stored articles stay as they are until ``VERSION`` is raised."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from wirematch.fingerprint.minhash import VERSION, FingerprintScheme, fingerprint_many
from wirematch.text.languages.recognition import OTHERS
from wirematch.text.languages.spelling import plain

FOLDER = Path(__file__).parents[2] / "stories"
FOREIGN = [file for name in ("languages", "languages_second") for file in sorted((FOLDER / name).glob("*.json"))]
BLOCKS = (range(0xC0, 0x700), range(0x900, 0x980), range(0x1E00, 0x2000))
"""Latin, Greek, Cyrillic, Hebrew and Arabic with their marks, Devanagari, and what Unicode added to the first two."""


def test_texts_are_signed_as_this_version_says(stories):
    """If this fails because a rule changed, raise VERSION, so that no index holds signatures by two rules."""
    digest = hashlib.sha256()
    texts = [stories[name][kind]["body"] for name in sorted(stories) for kind in sorted(stories[name])]
    texts += [text for file in FOREIGN for text in json.loads(file.read_text(encoding="utf-8")).values()]
    for signed in fingerprint_many(texts, FingerprintScheme()):
        digest.update(signed.shingles.astype("<u4").tobytes() + signed.signature.astype("<u4").tobytes())
    for spell in (plain, *(language.spell for language in OTHERS)):
        digest.update("\n".join(spell(chr(point)) for block in BLOCKS for point in block).encode())

    assert (VERSION, digest.hexdigest()[:16]) == (6, "7fcb72973fd7cfdd")
