"""The API documentation at /docs: Swagger UI, served from an installed package instead of a CDN."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

FILES = "/docs/files"


def install(app: FastAPI) -> None:
    """Serve Swagger UI; ``app`` must have been created with ``docs_url=None``."""
    app.mount(FILES, StaticFiles(packages=[("fastapi_swagger", "resources")]), name="docs-files")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=app.openapi_url or "",
            title=app.title,
            swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{FILES}/swagger-ui.css",
            swagger_favicon_url=f"{FILES}/favicon-32x32.png",
        )
