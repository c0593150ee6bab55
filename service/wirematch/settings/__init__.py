"""All settings of the service, read from ``WIREMATCH_*`` in the environment; command-line options override them."""

from __future__ import annotations

import re
from typing import Any, Self

from pydantic import ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from wirematch.detection.translations.choice import Translate
from wirematch.errors import InvalidSettingError
from wirematch.errors.validation import message_of
from wirematch.settings.deciding import DecidingSettings
from wirematch.settings.keeping import KeepingSettings
from wirematch.settings.reading import ReadingSettings
from wirematch.settings.serving import ServingSettings
from wirematch.settings.store import StoreSettings
from wirematch.settings.webhooks import WebhookSettings


class Settings(WebhookSettings, ServingSettings, DecidingSettings, ReadingSettings, KeepingSettings, StoreSettings):
    """All settings.

    Pydantic reads the groups from last to first, so ``translate`` can be validated against ``store_text``.
    """

    @field_validator("translate")
    @classmethod
    def _kept(cls, translate: Translate | None, info: ValidationInfo) -> Translate | None:
        if translate is not None and not info.data.get("store_text", True):
            raise ValueError("a translation is a text that is kept, which WIREMATCH_STORE_TEXT=false forbids")
        return translate

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
