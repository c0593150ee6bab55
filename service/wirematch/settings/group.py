"""The base class of all groups of settings, and how settings are read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from wirematch.errors import InvalidSettingError
from wirematch.errors.validation import message_of

Window = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=36_500))]
S = TypeVar("S", bound=BaseSettings)


class SettingsGroup(BaseSettings):
    """Settings of one subject, read from the same environment variables as ``Settings``."""

    model_config = SettingsConfigDict(env_prefix="WIREMATCH_", frozen=True, extra="ignore", hide_input_in_errors=True)


def read_settings(kind: type[S], example: str, **options: Any) -> S:
    """Read the environment, overridden by ``options``; ``example`` is JSON of a setting that is written so.

    Raises InvalidSettingError with a one-line message.
    """
    prefix = kind.model_config["env_prefix"]
    try:
        return kind(**options)
    except ValidationError as error:
        raise InvalidSettingError("; ".join(_told(problem, prefix) for problem in error.errors())) from error
    except SettingsError as error:  # invalid JSON; its value may be secret, so it is not shown
        field = re.search(r'field "(\w+)"', str(error))
        name = f"{prefix}{field[1]}".upper() if field else "A setting"
        raise InvalidSettingError(f"{name}: write it as JSON, such as {example}") from None


def _told(problem: ErrorDetails, prefix: str) -> str:
    """Return which setting an error is about and what is wrong; the message alone if it is about no single setting."""
    said = message_of(problem)
    return f"{prefix}{'.'.join(map(str, problem['loc']))}".upper() + f": {said}" if problem["loc"] else said
