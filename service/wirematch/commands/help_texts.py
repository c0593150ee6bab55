"""Help texts are wrapped where the terminal ends, not where their docstrings' lines do, and flags have no type."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class _Command(TyperCommand):
    """A command whose flags are shown without the ``<bool>`` of Typer, as they take no value."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _without_types_of_flags(super().get_params(ctx))


class _Group(TyperGroup):
    """As ``_Command``."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _without_types_of_flags(super().get_params(ctx))


def plain_help(app: typer.Typer) -> None:
    """Make one line of each paragraph of the help of ``app``'s commands, and show flags without a type.

    Typer does the former only for the first paragraph, and keeps the line ends of the others.
    """
    app.info.cls = _Group
    for command in app.registered_commands:
        command.cls = _Command
        written = inspect.getdoc(command.callback) or ""
        command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in written.split("\n\n"))
    for group in app.registered_groups:
        if group.typer_instance is not None:
            plain_help(group.typer_instance)


def _without_types_of_flags(parameters: Iterable[Any]) -> list[Any]:
    shown = list(parameters)
    for parameter in shown:
        if getattr(parameter, "is_bool_flag", False):
            parameter.metavar = ""
    return shown
