"""Conversion between a translation and the article, under its original's id, that the translations' index stores."""

from __future__ import annotations

import xxhash

from wirematch.detection.translations.translating import Translation
from wirematch.matching.translated.sentence_map import SentenceMap
from wirematch.models import Article, BodyFormat
from wirematch.text.markup import plain_text

CHUNK = 2_000
"""Characters of the sentence map per metadata entry, the most that an entry takes."""
ORIGINAL, LANGUAGE, BY, VERSION, MAP = "of", "from", "by", "version", "map"


def as_article(original: Article, translation: Translation) -> Article:
    """Return the article to store: found by its translated text, filtered and kept like the original."""
    packed = translation.sentences.pack()
    chunks = [packed[first : first + CHUNK] for first in range(0, len(packed), CHUNK)]
    return Article(
        id=original.id,
        source=original.source,
        body=translation.text,
        body_format=BodyFormat.TEXT,
        published_at=original.published_at,
        expires_at=original.expires_at,
        kind=original.kind,
        metadata={
            ORIGINAL: digest_of(original),
            LANGUAGE: translation.language,
            BY: translation.by,
            VERSION: version_digest(translation.version),
            **{f"{MAP}{number}": chunk for number, chunk in enumerate(chunks)},
        },
    )


def translation_of(stored: Article) -> Translation:
    """The inverse of ``as_article``; ValueError for any other article. Of the version, only the digest is known."""
    facts = stored.metadata or {}
    if not {ORIGINAL, LANGUAGE, BY, VERSION} <= facts.keys():
        raise ValueError("this is no translation")
    chunks = (facts.get(f"{MAP}{number}") for number in range(len(facts)))
    packed = "".join(chunk for chunk in chunks if isinstance(chunk, str))
    return Translation(
        str(facts[LANGUAGE]), str(facts[BY]), str(facts[VERSION]), stored.body, SentenceMap.unpack(packed)
    )


def is_of(stored: Article, original: Article) -> bool:
    """Whether ``stored`` is a translation of the original's present text."""
    return (stored.metadata or {}).get(ORIGINAL) == digest_of(original)


def is_by(stored: Article, version: str | None) -> bool:
    """Whether ``stored`` was made by this version of an engine; always true if ``version`` is None."""
    return version is None or (stored.metadata or {}).get(VERSION) == version_digest(version)


def digest_of(original: Article) -> str:
    """Digest of the text that was translated."""
    return xxhash.xxh3_64_hexdigest(plain_text(original).encode("utf-8", "surrogatepass"))


def version_digest(version: str) -> str:
    """Digest of the version of an engine and its data."""
    return xxhash.xxh3_64_hexdigest(version.encode())
