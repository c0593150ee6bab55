"""What models have in common: of what is sent every field is known, of what is answered others are ignored."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Sent(BaseModel):
    """Base of what is sent: an unknown field is a ValidationError, as the service would refuse it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Answer(BaseModel):
    """Base of what the service answers; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)
