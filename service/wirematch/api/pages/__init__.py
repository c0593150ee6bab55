"""Pages for people: thin routes that ask what everybody may ask, and show it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from wirematch.api.pages import attribution, browse, check, desk, evidence, review, sign_in, story, wrong_address
from wirematch.presentation.pages.rendering import STATIC


def install(app: FastAPI) -> None:
    """Serve all pages and the files that they load."""
    app.mount(STATIC, StaticFiles(packages=[("wirematch.presentation.pages", "static")]), name="static")
    # Ids may hold slashes, so a longer path stands before a shorter one.
    for router in (
        check.router,
        evidence.router,
        attribution.router,
        browse.router,
        desk.router,
        review.router,
        sign_in.router,
        story.router,
    ):
        app.include_router(router)
    wrong_address.install(app)
