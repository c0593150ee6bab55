"""Swagger UI at /docs, served from an installed package instead of a CDN."""

from __future__ import annotations

import base64
import hashlib
import re

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

FILES = "/docs/files"
_WAY_BACK = """<body>
<nav aria-label="Pages" style="padding: 12px 20px; font: 16px sans-serif">\
<a href="/" style="color: #0b4f5c">Back to Wirematch's pages</a></nav>"""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def install(app: FastAPI) -> None:
    """Serve Swagger UI; ``app`` must have been created with ``docs_url=None``."""
    app.mount(FILES, StaticFiles(packages=[("fastapi_swagger", "resources")]), name="docs-files")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        made = get_swagger_ui_html(
            openapi_url=app.openapi_url or "",
            title=app.title,
            swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{FILES}/swagger-ui.css",
            swagger_favicon_url=f"{FILES}/favicon-32x32.png",
        )
        page = bytes(made.body).decode().replace("<body>", _WAY_BACK, 1)
        return HTMLResponse(page, headers={"Content-Security-Policy": _policy(page)})


def _policy(page: str) -> str:
    """Return a Content-Security-Policy that allows only the page's files and its inline scripts, by their hashes."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page))
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
