"""Encoding of a stored article: a header of 49 bytes that scripts read, then id, source, and the rest as JSON.

===========  =====  ==============================================================
offset       bytes  content (integers little-endian)
===========  =====  ==============================================================
0            4      version
4            8      stored, ms since 1970
12           8      expires, ms since 1970; 0 for never
20           8      published, ms since 1970; -2^53 when unknown
28           1      kind: 0 wire, 1 article
29           16     xxHash, 128 bits, of the article as JSON: tells whether a PUT changes anything
45           2      length of the id
47           2      length of the source
49                  id, source (UTF-8), the article as JSON without these and the kind, and
                    from layout 4 on a tail (``tail.py``)
===========  =====  ==============================================================

The JSON has a ``body_format`` only if the body is HTML or Markdown. Without one the body is plain text, whatever it
looks like, as it was signed when it was stored, possibly by a release that knew no markup. If the text is not kept, the
JSON has an ``imprint`` instead of a ``body``; earlier releases take such a record for damaged.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime
from typing import Any

import numpy as np
import xxhash
from pydantic_core import from_json, to_json

from wirematch.arrays import Flags
from wirematch.errors import DamagedRecordError
from wirematch.fingerprint.stored_aids import NO_AIDS, StoredAids
from wirematch.index.protocol import Record
from wirematch.index.records.tail import pack_tail, read_tail
from wirematch.kernels.index.replies import Values
from wirematch.models import Article, BodyFormat, Filters, Kind, SourceFilters, StoredArticle
from wirematch.models.imprint import Imprint
from wirematch.text.imprint import placeholder_text, unpack_words
from wirematch.text.markup import plain_text, read_markup, resolved_format

UNKNOWN = -(2**53)
KINDS = (Kind.WIRE, Kind.ARTICLE)
TIMES = struct.Struct("<IQQ")
"""Version, stored, expires: the part of the header that a script writes."""
FACTS = struct.Struct("<qB16sHH")
"""Published, kind, digest, and the lengths of id and source."""
DAMAGE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error)
"""What decoding raises for malformed bytes."""
HEADER = struct.Struct("<IQQqB16sHH")
"""The whole header: TIMES and FACTS."""
KIND_AT = TIMES.size + 8
EXPIRES_AT = TIMES.size - 8
OUTSIDE_JSON = {"id", "source", "kind"}
UNSAID = {"body_format"}
OUTSIDE_JSON_OF_TEXT = OUTSIDE_JSON | UNSAID
NOT_BESIDE_IMPRINT = OUTSIDE_JSON_OF_TEXT | {"body"}


def encode_article(article: Article, aids: StoredAids = NO_AIDS) -> bytes:
    """Encode a record without its first 20 bytes, which put.lua adds; ValueError if id or kind is missing."""
    if article.id is None or article.kind is None:
        raise ValueError("an article is stored under an id and as a kind")
    article_id, source = article.id.encode(), (article.source or "").encode()
    published = UNKNOWN if article.published_at is None else milliseconds(article.published_at)
    body_format = resolved_format(article)
    is_text = body_format is BodyFormat.TEXT  # the default, which is not recorded
    if not is_text and body_format is not article.body_format:
        article = article.model_copy(update={"body_format": body_format})
    # As ``model_dump_json``, which decodes this into a string.
    encoded = article.__pydantic_serializer__.to_json
    digest = xxhash.xxh3_128_digest(encoded(article, exclude_none=True, exclude=UNSAID if is_text else None))
    facts = FACTS.pack(published, KINDS.index(article.kind), digest, len(article_id), len(source))
    if article.imprint is not None:
        kept = article.model_dump(mode="json", exclude_none=True, exclude=NOT_BESIDE_IMPRINT)
        fields = to_json(kept | {"imprint": article.imprint.as_json()})
        return facts + article_id + source + fields + pack_tail("", aids.sketch)
    fields = encoded(article, exclude_none=True, exclude=OUTSIDE_JSON_OF_TEXT if is_text else OUTSIDE_JSON)
    text = article.body if is_text or aids.skeleton is None else plain_text(article)
    return facts + article_id + source + fields + pack_tail(text, *aids)


def decode_record(number: int, record: bytes) -> Record:
    """Decode a record; of the article, only the text is decoded at once. Raises DamagedRecordError."""
    try:
        # Called for a dozen records per submission, so the header is unpacked in a single call.
        _, stored, _, _, kind, _, id_length, source_length = HEADER.unpack_from(record)
        source_at = HEADER.size + id_length
        json_at = source_at + source_length
        article_id, _ = record[HEADER.size : source_at].decode(), record[source_at:json_at].decode()
        _ = KINDS[kind]
        tail = read_tail(record, json_at)
        rest = from_json(record[json_at : tail.json_end])
        imprint, unmarked = _imprint_in(rest), False
        if imprint is not None:
            text = placeholder_text(unpack_words(imprint.words))
        elif "body_format" in rest:
            plain = read_markup(rest["body"], rest["body_format"])
            text, unmarked = plain.text, plain.starts is None
        else:
            text, unmarked = rest["body"], True
        return Record(
            number,
            text,
            lambda: _article_of(record, rest, number),
            article_id=article_id,
            stored_at=moment_of(stored),
            sketch=tail.sketch,
            skeleton=tail.skeleton_of(text),
            imprint=imprint,
            unmarked=unmarked,
            headline=rest.get("headline"),
        )
    except DAMAGE as error:
        raise DamagedRecordError(number) from error


def have_expired(records: Values, moment: int) -> Flags:
    """Flag the records that count as absent at ``moment``, ms since 1970; what is too short to tell does not."""
    long_enough = records.lengths >= TIMES.size
    expired = np.zeros(len(long_enough), np.bool_)
    if long_enough.any():
        at = records.begins[long_enough] + EXPIRES_AT
        expires = records.data[at[:, None] + np.arange(TIMES.size - EXPIRES_AT)].view("<u8").ravel()
        expired[long_enough] = (expires > 0) & (expires <= moment)
    return expired


def decode_id(record: bytes) -> str:
    """The id in a record; DamagedRecordError."""
    try:
        id_at, source_at, _ = _offsets(record)
        return record[id_at:source_at].decode()
    except DAMAGE as error:
        raise DamagedRecordError(0) from error


def decode_article(record: bytes, number: int = 0) -> StoredArticle:
    """Decode the article of a record; DamagedRecordError names ``number``."""
    try:
        *_, json_at = _offsets(record)
        fields = from_json(record[json_at : read_tail(record, json_at).json_end])
    except DAMAGE as error:
        raise DamagedRecordError(number) from error
    return _article_of(record, fields, number)


def _article_of(record: bytes, fields: dict[str, Any], number: int) -> StoredArticle:
    """Build the article from its record and decoded JSON."""
    try:
        return _decode(record, fields)
    except DAMAGE as error:
        raise DamagedRecordError(number) from error


def _decode(record: bytes, fields: dict[str, Any]) -> StoredArticle:
    version, stored, _ = TIMES.unpack_from(record)
    id_at, source_at, json_at = _offsets(record)
    imprint = _imprint_in(fields)
    if imprint is not None:
        fields = {name: value for name, value in fields.items() if name != "imprint"}
        fields |= {"body": placeholder_text(unpack_words(imprint.words)), "text_kept": False}
    rest = fields | {
        "id": record[id_at:source_at].decode(),
        "source": record[source_at:json_at].decode() or None,
        "kind": KINDS[record[KIND_AT]],
        "version": version,
        "stored_at": moment_of(stored),
    }
    article = StoredArticle.model_validate(rest)
    return article if imprint is None else article.with_imprint(imprint)


def _imprint_in(fields: dict[str, Any]) -> Imprint | None:
    kept = fields.get("imprint")
    return None if kept is None else Imprint.of_json(kept)


def moment_of(stored: int) -> datetime:
    """Convert milliseconds since 1970 to a time."""
    return datetime.fromtimestamp(stored / 1000, UTC)


def time_or_first(milliseconds: int) -> datetime:
    """As ``moment_of``; the epoch for an impossible time, as in a damaged record."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def encode_filters(filters: Filters) -> bytes:
    """JSON for fetch.lua; empty if every article passes."""
    latest = filters.not_published_after if isinstance(filters, SourceFilters) else None
    conditions: dict[str, Any] = {
        "sources": filters.sources,
        "kinds": None if filters.kinds is None else [KINDS.index(kind) for kind in filters.kinds],
        "after": filters.published_after and milliseconds(filters.published_after),
        "before": filters.published_before and milliseconds(filters.published_before),
        "latest": latest and milliseconds(latest),
    }
    return b"" if all(value is None for value in conditions.values()) else json.dumps(conditions).encode()


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def _offsets(record: bytes) -> tuple[int, int, int]:
    """Offsets of the id, the source and the JSON."""
    *_, id_length, source_length = FACTS.unpack_from(record, TIMES.size)
    id_at = TIMES.size + FACTS.size
    return id_at, id_at + id_length, id_at + id_length + source_length
