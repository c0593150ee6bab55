"""Help texts are wrapped where the terminal ends, not where their docstrings' lines do."""

from __future__ import annotations

import inspect

import typer


def unwrap_help(app: typer.Typer) -> None:
    """Make a line of each paragraph of what the commands of ``app`` say of themselves.

    Typer does so with the first paragraph alone, and leaves the others' line ends within the terminal's own.
    """
    for command in app.registered_commands:
        written = inspect.getdoc(command.callback) or ""
        command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in written.split("\n\n"))
    for group in app.registered_groups:
        if group.typer_instance is not None:
            unwrap_help(group.typer_instance)
