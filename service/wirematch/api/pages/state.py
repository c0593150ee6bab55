"""What pages use beside the detector."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from wirematch.state.catalogue import Catalogue
from wirematch.state.checks import CheckedArticles


async def _checked(request: Request) -> CheckedArticles:
    checked: CheckedArticles = request.state.checked
    return checked


async def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.state.catalogue
    return catalogue


UsesCatalogue = Annotated[Catalogue, Depends(_catalogue)]
UsesChecked = Annotated[CheckedArticles, Depends(_checked)]
