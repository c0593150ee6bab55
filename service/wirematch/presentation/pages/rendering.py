"""Jinja templates, always escaped, and the static files that pages load."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from wirematch import __version__
from wirematch.presentation.explanation import USUAL
from wirematch.presentation.pages import wording
from wirematch.presentation.pages.wording import counted

STATIC = "/static"
"""Path below which static files are served."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("wirematch.presentation.pages"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"static": static_url, "version": __version__, "inlined": _inlined}
    environment.globals |= {"wording": wording, "counted": counted, "usual": USUAL}
    environment.filters |= {
        "percent": wording.percent,
        "chance": wording.chance,
        "lead": wording.lead,
        "lead_over": wording.lead_over,
        "iso": lambda moment: moment.isoformat(),
        "moment": moment_in_words,
        "digits": lambda number: f"{number:,}",
    }
    return environment


def render(template: str, **shown: Any) -> str:
    """Render a whole page. Raises ``jinja2.UndefinedError`` if a variable is missing."""
    return _environment().get_template(template).render(**shown)


def moment_in_words(moment: datetime) -> str:
    """Format a time with its own UTC offset; a script converts it to the reader's time zone."""
    offset = moment.strftime("%z")
    zone = "UTC" if moment.tzinfo is UTC or offset == "+0000" else f"UTC{offset[:3]}:{offset[3:]}"
    return f"{moment.day} {moment:%b %Y, %H:%M} {zone}"


@cache
def static_url(name: str) -> str:
    """Return the URL of a static file. It changes with the file's content, so browsers may cache it for ever."""
    digest = hashlib.sha256(_content(name)).hexdigest()[:12]
    return f"{STATIC}/{name}?v={digest}"


@cache
def _inlined(name: str) -> Markup:
    """Return a style sheet of this package to inline in a self-contained page; it never has user input."""
    return Markup(_content(name).decode())  # noqa: S704 - a file of this package


def _content(name: str) -> bytes:
    return (files("wirematch.presentation.pages") / "static" / name).read_bytes()
