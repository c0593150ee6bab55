"""The two formats that are Wirematch's own: a text that is all body, and an article in JSON."""

from __future__ import annotations

from pydantic import ValidationError

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.errors.validation import message_of
from wirematch.formats.document import Document
from wirematch.formats.encoding import decode
from wirematch.models import Article


def parse_text(content: bytes) -> list[Document]:
    """The text as the body of an article; InvalidDocumentError when it is empty or no text."""
    text = decode(content)
    if not text.strip():
        raise InvalidDocumentError("is empty")
    try:
        return [Document(format="text", article=Article(body=text))]
    except ValidationError as error:
        raise _invalid(error) from error


def parse_article(content: bytes) -> list[Document]:
    """An article as ``POST /v1/articles`` takes it; InvalidDocumentError when it is something else."""
    text = decode(content)
    if not text.strip():
        raise InvalidDocumentError("is empty")
    try:
        article = Article.model_validate_json(text)
    except ValidationError as error:
        raise _invalid(error) from error
    return [Document(format="json", id=article.id, article=article)]


def _invalid(error: ValidationError) -> InvalidDocumentError:
    items = error.errors(include_url=False, include_input=False)
    if items[0]["type"] == "json_invalid":
        return InvalidDocumentError(f"is not valid JSON: {items[0]['ctx']['error']}")
    faults = [Fault(".".join(map(str, item["loc"])) or "article", message_of(item)) for item in items]
    return InvalidDocumentError("is no article", faults)
