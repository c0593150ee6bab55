"""Wirematch's own two formats: plain text, which is all body, and an article in JSON."""

from __future__ import annotations

from pydantic import ValidationError

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.errors.validation import message_of
from wirematch.formats.document import Document
from wirematch.formats.encoding import decode
from wirematch.formats.unique_names import RepeatedNameError, load_unique
from wirematch.models import Article


def parse_text(content: bytes) -> list[Document]:
    """Parse a text as the body of an article. Raises InvalidDocumentError if it is empty or not text."""
    text = decode(content)
    if not text.strip():
        raise InvalidDocumentError("is empty")
    try:
        return [Document(format="text", article=Article(body=text))]
    except ValidationError as error:
        raise _invalid(error) from error


def parse_article(content: bytes) -> list[Document]:
    """Parse an article as ``POST /v1/articles`` accepts it. Raises InvalidDocumentError for anything else."""
    text = decode(content)
    if not text.strip():
        raise InvalidDocumentError("is empty")
    try:
        article = Article.model_validate_json(text)
        load_unique(text)
    except ValidationError as error:
        raise _invalid(error) from error
    except RepeatedNameError as error:
        raise InvalidDocumentError("is not an article", [Fault(".".join(map(str, error.path)), str(error))]) from None
    return [Document(format="json", id=article.id, article=article)]


def _invalid(error: ValidationError) -> InvalidDocumentError:
    items = error.errors(include_url=False, include_input=False)
    if items[0]["type"] == "json_invalid":
        return InvalidDocumentError(f"is not valid JSON: {items[0]['ctx']['error']}")
    faults = [Fault(".".join(map(str, item["loc"])) or "article", message_of(item, Article)) for item in items]
    return InvalidDocumentError("is not an article", faults)
