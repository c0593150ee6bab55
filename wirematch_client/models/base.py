"""Base classes of models: unknown fields are errors in requests, and ignored in responses."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Sent(BaseModel):
    """Base class of requests: an unknown field is a ValidationError, as the service would refuse it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Answer(BaseModel):
    """Base class of responses; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)
