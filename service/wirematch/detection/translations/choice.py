"""What an operator wants translated."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from wirematch.translation.settings import EngineName

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Translate(BaseModel):
    """What is translated to what, and by which engines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pivot: LanguageCode = Field("en", description="The language in which articles of different languages are compared.")
    from_: frozenset[LanguageCode] | None = Field(
        None, alias="from", description="Languages that are translated; by default all that an engine here can."
    )
    engines: tuple[EngineName, ...] = Field(("apertium", "gloss"), description="Best first.")
