"""The form of the check page: an article, pasted or as a file in any supported format."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Form, UploadFile

from wirematch.detection.documents.intake import DocumentIntake, only_document
from wirematch.errors import InvalidArticleError
from wirematch.formats.registry import recognise
from wirematch.models import Article

Field = Annotated[str, Form()]
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s。，、：！？「」]+", re.IGNORECASE)
"""Without the marks of Chinese and Japanese sentences, which have no spaces either."""


class SubmissionForm:
    """The form's fields; a dependency, so that every page that accepts an article accepts the same."""

    def __init__(
        self,
        text: Field = "",
        headline: Field = "",
        source: Field = "",
        published_at: Field = "",
        file: UploadFile | None = None,
    ) -> None:
        self.text = text.replace("\r\n", "\n")
        self.headline = headline.strip()
        self.source = source.strip()
        self.published_at = published_at.strip()
        self._file = file

    async def read(self, intake: DocumentIntake) -> Article:
        """Return the article without an id. Raises InvalidArticleError if there is none, or several."""
        name = (self._file.filename if self._file else "") or ""
        content = await self._file.read() if self._file and name else b""
        if not content:
            content, name = self.text.encode(), ""
            if _ADDRESS.fullmatch(self.text.strip()):
                raise InvalidArticleError(
                    "This is the address of a page, and Wirematch does not fetch pages. Paste the article's text, or "
                    "save the page and choose its file."
                )
        if not content.strip():
            raise InvalidArticleError("It contains no text. Paste an article, or choose a file that holds one.")
        article = only_document(await intake.read(content, recognise(content, name))).article
        if article is None:
            raise InvalidArticleError("The document is a withdrawal without a text, so there is nothing to compare.")
        given = {"headline": self.headline, "source": self.source, "published_at": self._time()}
        kept = article.model_dump(exclude_none=True, exclude={"id"}) | {
            name: value for name, value in given.items() if value
        }
        return Article.model_validate(kept)

    def _time(self) -> datetime | None:
        """Parse the value of a browser's ``datetime-local`` field, as UTC unless it has an offset."""
        if not self.published_at:
            return None
        try:
            moment = datetime.fromisoformat(self.published_at)
        except ValueError:
            raise InvalidArticleError(
                f"{self.published_at!r} is not a time; write it as 2026-03-03T11:40 in UTC, or with its offset."
            ) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
