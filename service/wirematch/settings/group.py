"""The base class of all groups of settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Window = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=36_500))]


class SettingsGroup(BaseSettings):
    """Settings of one subject, read from the same environment variables as ``Settings``."""

    model_config = SettingsConfigDict(env_prefix="WIREMATCH_", frozen=True, extra="ignore", hide_input_in_errors=True)
