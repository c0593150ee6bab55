"""Recognise URLs that name a whole site rather than a page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOME = re.compile(r"/*(?:(?:index|home|default|main)(?:\.[a-z]{2,5})?)?/*", re.IGNORECASE)
_LANGUAGE = re.compile(r"/+[a-z]{2}(?:-[a-z]{2})?/*", re.IGNORECASE)


def names_a_site(address: str, *, languages: bool = False) -> bool:
    """Whether a URL is that of a home page, which is not an article's.

    A URL with a query is none; a fragment is ignored. With ``languages``, a URL whose path is only a language code is
    one, too.
    """
    if not address.startswith(("http://", "https://")):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    home = _HOME.fullmatch(parts.path) or (languages and _LANGUAGE.fullmatch(parts.path))
    return not parts.query and bool(home)
