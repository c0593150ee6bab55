"""Read an article from bytes, as files and standard input give them."""

from __future__ import annotations

import json

from pydantic import ValidationError

from service.errors import InvalidArticleError
from service.models import Article


def read_article(content: bytes, name: str) -> Article:
    """An article from JSON (an object with a ``body``) or from plain text, which is all body.

    ``name`` is for messages, and one that ends in .json promises JSON. InvalidArticleError when the bytes are not
    UTF-8, hold nothing, or are JSON of another shape.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidArticleError(f"{name} is not UTF-8 text: {error.reason} at byte {error.start}.") from error
    if "\x00" in text:
        raise InvalidArticleError(f"{name} is not text: it holds zero bytes.")
    if not text.strip():
        raise InvalidArticleError(f"{name} is empty.")
    try:
        return Article.model_validate_json(text) if _is_json(text, name) else Article(body=text)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'article'}: {e['msg']}" for e in error.errors())
        raise InvalidArticleError(f"{name} is no article: {problems}.") from error


def _is_json(text: str, name: str) -> bool:
    promised = name.lower().endswith(".json")
    if not promised and not text.lstrip().startswith("{"):
        return False
    try:
        # Whether a number can be stored is for the article to say; Python would refuse long ones here.
        json.loads(text, parse_int=str)
    except json.JSONDecodeError as error:
        if not promised:
            return False  # a text that begins with a brace
        raise InvalidArticleError(
            f"{name} is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise InvalidArticleError(f"{name} is not valid JSON: it is nested too deeply.") from error
    return True
