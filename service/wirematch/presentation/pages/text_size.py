"""How many words an article has, as readers are told, in every script."""

from __future__ import annotations

from wirematch.models import Article
from wirematch.text.markup import plain_text
from wirematch.text.normalize import normalize
from wirematch.text.words import split_words


def words_of(article: Article) -> int:
    """Return the number of words without markup; in scripts without spaces, each character counts as one."""
    return len(split_words(normalize(plain_text(article)).text).forms)
