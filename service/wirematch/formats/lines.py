"""Split a stream of bytes into lines, and lines into articles, holding at most one line in memory."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from wirematch.formats.unique_names import load_unique
from wirematch.kernels.index.names import count_names
from wirematch.models import Article
from wirematch.models.article import Identifier


class LineSplitter:
    """Takes chunks and returns the lines that they complete; None stands for a line that is too long."""

    def __init__(self, longest: int) -> None:
        """``longest`` is in bytes, without the line end; the rest of a longer line is skipped."""
        self._longest = longest
        self._begun = b""
        self._passing_over = False

    def feed(self, piece: bytes) -> list[bytes | None]:
        """Return the lines that end within ``piece``, without their ends."""
        *ended, begun = piece.split(b"\n")
        lines: list[bytes | None] = []
        for rest in ended:
            lines.append(self._complete(rest))
            self._begun, self._passing_over = b"", False
        self._begun = b"" if self._passing_over else self._begun + begun
        if len(self._begun) > self._longest:
            self._begun, self._passing_over = b"", True
        return lines

    def end(self) -> list[bytes | None]:
        """Return the last line, which may lack an end."""
        return [self._complete(b"")] if self._begun or self._passing_over else []

    def _complete(self, rest: bytes) -> bytes | None:
        too_long = self._passing_over or len(self._begun) + len(rest) > self._longest
        return None if too_long else (self._begun + rest).removesuffix(b"\r")


def read_article_line(line: bytes) -> Article:
    """Parse an article in JSON.

    Raises UnicodeDecodeError if it is not UTF-8, ValidationError if it is not an article, and RepeatedNameError if it
    has a name twice.
    """
    article = Article.model_validate_json(line.decode("utf-8-sig"))
    if count_names(line) != len(article.model_fields_set) + len(article.metadata or ()):  # hot path: no second parsing
        load_unique(line.decode("utf-8-sig"))
    return article


class _Named(BaseModel):
    """Anything with an id."""

    id: Identifier


def id_of_line(line: bytes) -> str | None:
    """Return the id in a line that is not a valid article, so that its sender can identify it; None without an id."""
    try:
        return _Named.model_validate_json(line.decode("utf-8-sig")).id
    except ValueError:  # not UTF-8, JSON, an object or an id
        return None


def is_malformed(error: ValidationError) -> str | None:
    """Return why the input is not JSON at all; None if it is, but not an article."""
    first = error.errors(include_url=False)[0]
    return str(first.get("ctx", {}).get("error", first["msg"])) if first["type"] == "json_invalid" else None
