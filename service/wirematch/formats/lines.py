"""Cut a stream of bytes into lines, and lines into articles, without ever holding more than a line."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from wirematch.models import Article
from wirematch.models.article import Identifier


class LineSplitter:
    """Takes pieces as they come and gives the lines that they complete; None stands for one that is too long."""

    def __init__(self, longest: int) -> None:
        """``longest`` in bytes, the line's end left out. What is longer is passed over up to its end."""
        self._longest = longest
        self._begun = b""
        self._passing_over = False

    def feed(self, piece: bytes) -> list[bytes | None]:
        """The lines that end within ``piece``, without their ends."""
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
        """The last line, which may go without an end."""
        return [self._complete(b"")] if self._begun or self._passing_over else []

    def _complete(self, rest: bytes) -> bytes | None:
        too_long = self._passing_over or len(self._begun) + len(rest) > self._longest
        return None if too_long else (self._begun + rest).removesuffix(b"\r")


def read_article_line(line: bytes) -> Article:
    """One article in JSON; UnicodeDecodeError where it is not UTF-8, ValidationError where it is no article."""
    return Article.model_validate_json(line.decode("utf-8-sig"))


class _Named(BaseModel):
    """Anything that has an id."""

    id: Identifier


def id_of_line(line: bytes) -> str | None:
    """The id in a line that is no article, so that its sender can tell which it was; None where it has none."""
    try:
        return _Named.model_validate_json(line.decode("utf-8-sig")).id
    except ValueError:  # no UTF-8, no JSON, no object, no id
        return None


def is_malformed(error: ValidationError) -> str | None:
    """Why the input is no JSON at all; None where it is JSON of another shape."""
    first = error.errors(include_url=False)[0]
    return str(first.get("ctx", {}).get("error", first["msg"])) if first["type"] == "json_invalid" else None
