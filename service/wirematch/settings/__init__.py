"""All settings of the service, read from ``WIREMATCH_*`` in the environment; command-line options override them."""

from __future__ import annotations

from typing import Any, Self

from wirematch.settings.articles import ArticleSettings
from wirematch.settings.group import read_settings
from wirematch.settings.serving import ServingSettings
from wirematch.settings.store import StoreSettings


class Settings(ServingSettings, ArticleSettings, StoreSettings):
    """All settings."""

    @classmethod
    def read(cls, **options: Any) -> Self:
        """Read the environment, overridden by ``options``. Raises InvalidSettingError with a one-line message."""
        return read_settings(cls, '["desk.example"]', **options)
