"""Templates, everything in them escaped, and the files that pages load."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from wirematch import __version__
from wirematch.presentation.pages import wording

STATIC = "/static"
"""Where the files are served."""


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
    environment.globals |= {"static": static_url, "version": __version__, "wording": wording, "inlined": _inlined}
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
    """A whole page; ``jinja2.UndefinedError`` when it misses anything."""
    return _environment().get_template(template).render(**shown)


def moment_in_words(moment: datetime) -> str:
    """With the offset that it was given in; a script puts it into the reader's zone."""
    offset = moment.strftime("%z")
    zone = "UTC" if moment.tzinfo is UTC or offset == "+0000" else f"UTC{offset[:3]}:{offset[3:]}"
    return f"{moment.day} {moment:%b %Y, %H:%M} {zone}"


@cache
def static_url(name: str) -> str:
    """The address of a file; it changes with what is in it, so a browser may keep it."""
    digest = hashlib.sha256(_content(name)).hexdigest()[:12]
    return f"{STATIC}/{name}?v={digest}"


@cache
def _inlined(name: str) -> Markup:
    """A style sheet of ours within a page that stands alone; nothing that a user wrote is ever in one."""
    return Markup(_content(name).decode())  # noqa: S704 - a file of this package


def _content(name: str) -> bytes:
    return (files("wirematch.presentation.pages") / "static" / name).read_bytes()
