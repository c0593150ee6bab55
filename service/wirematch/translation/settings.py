"""Settings of translation engines as plain values; the service reads them from the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

EngineName = Literal["apertium", "libretranslate", "gloss"]


@dataclass(frozen=True, slots=True)
class TranslationSettings:
    """Which engines may be used, and how much of the machine they may take."""

    engines: tuple[EngineName, ...] = ("apertium", "gloss")
    """Best first. A server is only asked if ``libretranslate`` is listed here and ``url`` names it."""
    languages: frozenset[str] | None = None
    """ISO 639-1; only routes between these are offered. None: all that the machine supports."""
    url: str | None = None
    """URL of a LibreTranslate-compatible server, such as ``http://127.0.0.1:5000``."""
    api_key: str | None = field(default=None, repr=False)
    """The server's API key, if it needs one. Never shown."""
    deadline_seconds: float = 10.0
    """A text not translated by then, waiting included, fails as ``slow``."""
    processes: int = 1
    """Concurrent pipelines of Apertium for each of its pairs, each of about ten small processes."""
    waiting: int = 64
    """Number of texts that may wait for one engine; a further one fails as ``busy``."""
