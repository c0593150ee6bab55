"""What a web address names: a page, or a whole site."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOME = re.compile(r"/*(?:(?:index|home|default|main)(?:\.[a-z]{2,5})?)?/*", re.IGNORECASE)
_LANGUAGE = re.compile(r"/+[a-z]{2}(?:-[a-z]{2})?/*", re.IGNORECASE)


def names_a_site(address: str, *, languages: bool = False) -> bool:
    """Whether an address is that of a home page, which is no article's; a fragment in it names a part of it.

    With ``languages``, one with nothing but a language in its path is one as well.
    """
    if not address.startswith(("http://", "https://")):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    home = _HOME.fullmatch(parts.path) or (languages and _LANGUAGE.fullmatch(parts.path))
    return not parts.query and bool(home)
