"""A record parsed by a kernel into offsets; its fields are decoded on access."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic_core import from_json

from wirematch.index.protocol import Record
from wirematch.index.records.codec import HEADER, decode_article, moment_of
from wirematch.index.records.tail import RecordTail, read_tail
from wirematch.kernels.index.records import ReadRecord
from wirematch.models import StoredArticle


class RecordView(Record):
    """An intact record of a plain text; equal to what ``decode_record`` returns."""

    imprint = None
    unmarked = True
    # Read more than once per record, so they are plain attributes rather than properties.
    id = ""
    size = 0

    def __init__(self, number: int, read: ReadRecord) -> None:
        self.number = number
        self.read = read
        """For the kernels."""
        self.id = read.encoded[HEADER.size : read.source_at].decode()
        self.size = read.text_size

    @property
    def body(self) -> str:  # type: ignore[override]  # as all that follow: decoded when somebody asks
        """See Record."""
        return self._texts[0]

    @property
    def headline(self) -> str | None:  # type: ignore[override]
        """See Record."""
        return self._texts[1]

    @property
    def sketch(self) -> bytes | None:  # type: ignore[override]
        """See Record."""
        return self._tail.sketch

    @cached_property
    def skeleton(self) -> bytes | None:  # type: ignore[override]
        """See Record."""
        return self._tail.skeleton_of(self.body)

    @cached_property
    def article(self) -> StoredArticle:
        """See Record."""
        return decode_article(self.read.encoded, self.number)

    @cached_property
    def published_at(self) -> datetime | None:
        """See Record; decodes neither the body nor the article: that would take some twenty times as long."""
        written = from_json(self.read.json_without_body).get("published_at")
        if written is None:
            return None
        try:
            published = datetime.fromisoformat(written)
        except (TypeError, ValueError):
            return self.article.published_at  # or the error that explains why there is none
        return published if published.tzinfo is not None else self.article.published_at

    @property
    def stored_at(self) -> datetime:
        """See Record."""
        return moment_of(self.read.stored)

    @cached_property
    def _texts(self) -> tuple[str, str | None]:
        """Body and headline."""
        fields: dict[str, Any] = from_json(self.read.json)
        return fields["body"], fields.get("headline")

    @cached_property
    def _tail(self) -> RecordTail:
        return read_tail(self.read.encoded, self.read.json_at)
