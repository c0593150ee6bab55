"""Pages for people: thin routes that ask what everybody may ask, and show it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from wirematch.api.pages import attribution, browse, check, desk, evidence, review, sign_in, story, wrong_address
from wirematch.presentation.pages.rendering import STATIC

# Ids may hold slashes, so a longer path stands before a shorter one.
ROUTERS = (
    check.router,
    evidence.router,
    attribution.router,
    browse.router,
    desk.router,
    review.router,
    sign_in.router,
    story.router,
)


def install(app: FastAPI) -> None:
    """Serve the files that pages load, and tell of a wrong address by a page; the pages are ``ROUTERS``."""
    app.mount(STATIC, StaticFiles(packages=[("wirematch.presentation.pages", "static")]), name="static")
    wrong_address.install(app)
