"""What an operator says of engines, as plain values; reading them from the environment is the service's business."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

EngineName = Literal["apertium", "libretranslate", "gloss"]


@dataclass(frozen=True, slots=True)
class TranslationSettings:
    """Which engines may be used, and how much of the machine they may take."""

    engines: tuple[EngineName, ...] = ("apertium", "gloss")
    """Best first. A server on the network is never asked unless ``libretranslate`` stands here and ``url`` names it."""
    languages: frozenset[str] | None = None
    """ISO 639-1; only routes from and to these are offered. None: all that the machine has."""
    url: str | None = None
    """Address of a LibreTranslate-compatible server, ``http://127.0.0.1:5000`` for one."""
    api_key: str | None = field(default=None, repr=False)
    """What that server asks for, if anything. Shown nowhere."""
    deadline_seconds: float = 10.0
    """A text that has no translation by then fails as ``slow``, waiting included."""
    processes: int = 1
    """Pipelines of Apertium side by side for each of its pairs, each of them about ten small processes."""
    waiting: int = 64
    """So many texts may wait for one engine; a further one fails as ``busy``."""
