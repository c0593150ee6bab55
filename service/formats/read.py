"""Read an article from bytes, as files and standard input give them."""

from __future__ import annotations

import json

from pydantic import ValidationError

from service.errors import InvalidArticleError
from service.models import Article


def read_article(content: bytes, name: str) -> Article:
    """An article from JSON (an object with a ``body``) or from plain text, which is all body.

    ``name`` is for messages. InvalidArticleError when the bytes are not UTF-8, hold nothing, or are JSON of another
    shape.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidArticleError(f"{name} is not UTF-8 text: {error.reason} at byte {error.start}.") from error
    if "\x00" in text:
        raise InvalidArticleError(f"{name} is not text: it holds zero bytes.")
    if not text.strip():
        raise InvalidArticleError(f"{name} is empty.")
    fields = _as_json_object(text, name)
    try:
        return Article.model_validate_json(text) if fields else Article(body=text)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'article'}: {e['msg']}" for e in error.errors())
        raise InvalidArticleError(f"{name} is no article: {problems}.") from error


def _as_json_object(text: str, name: str) -> bool:
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if name.endswith(".json"):
            raise InvalidArticleError(
                f"{name} is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
            ) from error
        return False  # a text that begins with a brace
    return True
