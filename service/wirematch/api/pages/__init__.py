"""HTML pages: thin routes over the same operations as the API."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from wirematch.api.pages import attribution, browse, check, desk, event, evidence, review, sign_in, story, wrong_address
from wirematch.presentation.pages.rendering import STATIC

# Ids may contain slashes, so longer paths precede shorter ones.
ROUTERS = (
    check.router,
    evidence.router,
    attribution.router,
    event.router,
    browse.router,
    desk.router,
    review.router,
    sign_in.router,
    story.router,
)


def install(app: FastAPI) -> None:
    """Serve static files, and HTML errors for unknown addresses. The pages themselves are ``ROUTERS``."""
    app.mount(STATIC, StaticFiles(packages=[("wirematch.presentation.pages", "static")]), name="static")
    wrong_address.install(app)
