"""Every setting of the service, from ``WIREMATCH_*`` in the environment; command-line options override them."""

from __future__ import annotations

import re
from typing import Any, Self

from pydantic import ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError

from wirematch.detection.crosslingual.choice import Translate
from wirematch.errors import InvalidSettingError
from wirematch.errors.validation import message_of
from wirematch.settings.deciding import DecidingSettings
from wirematch.settings.keeping import KeepingSettings
from wirematch.settings.reading import ReadingSettings
from wirematch.settings.serving import ServingSettings
from wirematch.settings.store import StoreSettings
from wirematch.settings.webhooks import WebhookSettings


class Settings(WebhookSettings, ServingSettings, DecidingSettings, ReadingSettings, KeepingSettings, StoreSettings):
    """What an operator can choose. The last group is read first, so ``translate`` is checked beside what is kept."""

    @field_validator("translate")
    @classmethod
    def _kept(cls, translate: Translate | None, info: ValidationInfo) -> Translate | None:
        if translate is not None and not info.data.get("store_text", True):
            raise ValueError("a translation is a text that is kept, which WIREMATCH_STORE_TEXT=false forbids")
        return translate

    @classmethod
    def read(cls, **options: Any) -> Self:
        """The environment's settings under these ``options``; InvalidSettingError says in a line what cannot work."""
        try:
            return cls(**options)
        except ValidationError as error:
            raise InvalidSettingError("; ".join(map(_told, error.errors()))) from error
        except SettingsError as error:  # what is to be JSON is none; the value may be nobody's business
            field = re.search(r'field "(\w+)"', str(error))
            name = f"{Settings.model_config['env_prefix']}{field[1]}".upper() if field else "A setting"
            raise InvalidSettingError(f'{name}: write it as JSON, such as ["desk.example"]') from None


def _told(problem: ErrorDetails) -> str:
    """Which setting it is about, and what is wrong; of what is about none, our own words alone."""
    said = message_of(problem)
    setting = f"{Settings.model_config['env_prefix']}{'.'.join(map(str, problem['loc']))}".upper()
    return f"{setting}: {said}" if problem["loc"] else said
