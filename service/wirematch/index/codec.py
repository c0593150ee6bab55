"""How an article lies in the store: 49 bytes that scripts read, then id, source and the rest as JSON.

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
49                  id, source (UTF-8), and the article as JSON without these and the kind
===========  =====  ==============================================================
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime
from typing import Any

import xxhash
from pydantic_core import from_json

from wirematch.index.protocol import Record
from wirematch.models import Article, Filters, Kind, StoredArticle
from wirematch.text.markup import read_markup

UNKNOWN = -(2**53)
KINDS = (Kind.WIRE, Kind.ARTICLE)
TIMES = struct.Struct("<IQQ")
FACTS = struct.Struct("<qB16sHH")
KIND_AT = TIMES.size + 8
"""Where the kind is."""
APART = {"id", "source", "kind"}
"""Fields that lie outside the JSON."""


def write_record(article: Article) -> bytes:
    """The record without its version and times, which the store adds; ValueError without an id and a kind."""
    if article.id is None or article.kind is None:
        raise ValueError("an article is stored under an id and as a kind")
    article_id, source = article.id.encode(), (article.source or "").encode()
    published = UNKNOWN if article.published_at is None else milliseconds(article.published_at)
    digest = xxhash.xxh3_128_digest(article.model_dump_json(exclude_none=True).encode())
    facts = FACTS.pack(published, KINDS.index(article.kind), digest, len(article_id), len(source))
    return facts + article_id + source + article.model_dump_json(exclude_none=True, exclude=APART).encode()


def read_lazily(number: int, record: bytes) -> Record:
    """A whole record under a number."""
    rest = from_json(record[_rest_of(record)[2] :])
    text = read_markup(rest["body"], rest.get("body_format")).text
    return Record(number, text, lambda: read_record(record))


def read_record(record: bytes) -> StoredArticle:
    """The article of a whole record."""
    version, stored, _ = TIMES.unpack_from(record)
    at, source_at, rest_at = _rest_of(record)
    fields: dict[str, Any] = from_json(record[rest_at:])
    fields |= {
        "id": record[at:source_at].decode(),
        "source": record[source_at:rest_at].decode() or None,
        "kind": KINDS[record[KIND_AT]],
        "version": version,
        "stored_at": datetime.fromtimestamp(stored / 1000, UTC),
    }
    return StoredArticle.model_validate(fields)


def _rest_of(record: bytes) -> tuple[int, int, int]:
    """Where the id, the source and the JSON begin."""
    *_, id_length, source_length = FACTS.unpack_from(record, TIMES.size)
    at = TIMES.size + FACTS.size
    return at, at + id_length, at + id_length + source_length


def write_filters(filters: Filters) -> bytes:
    """As ``fetch.lua`` reads them; empty when everything passes."""
    wanted: dict[str, Any] = {
        "sources": filters.sources,
        "kinds": None if filters.kinds is None else [KINDS.index(kind) for kind in filters.kinds],
        "after": filters.published_after and milliseconds(filters.published_after),
        "before": filters.published_before and milliseconds(filters.published_before),
    }
    return b"" if all(value is None for value in wanted.values()) else json.dumps(wanted).encode()


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return round(moment.timestamp() * 1000)
