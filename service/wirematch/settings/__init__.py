"""All settings of the service, read from ``WIREMATCH_*`` in the environment; command-line options override them."""

from __future__ import annotations

import re
from typing import Any, Self

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from wirematch.errors import InvalidSettingError
from wirematch.errors.validation import message_of
from wirematch.settings.articles import ArticleSettings
from wirematch.settings.serving import ServingSettings
from wirematch.settings.store import StoreSettings


class Settings(ServingSettings, ArticleSettings, StoreSettings):
    """All settings."""

    @classmethod
    def read(cls, **options: Any) -> Self:
        """Read the environment, overridden by ``options``. Raises InvalidSettingError with a one-line message."""
        try:
            return cls(**options)
        except ValidationError as error:
            raise InvalidSettingError("; ".join(map(_told, error.errors()))) from error
        except SettingsError as error:  # invalid JSON; its value may be secret, so it is not shown
            field = re.search(r'field "(\w+)"', str(error))
            name = f"{Settings.model_config['env_prefix']}{field[1]}".upper() if field else "A setting"
            raise InvalidSettingError(f'{name}: write it as JSON, such as ["desk.example"]') from None


def _told(problem: ErrorDetails) -> str:
    """Return which setting an error is about and what is wrong; the message alone if it is about no single setting."""
    said = message_of(problem)
    setting = f"{Settings.model_config['env_prefix']}{'.'.join(map(str, problem['loc']))}".upper()
    return f"{setting}: {said}" if problem["loc"] else said
