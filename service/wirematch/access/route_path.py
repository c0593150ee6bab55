"""The path of a request as routes know it, where whoever serves the application has it below a path of their own."""

from __future__ import annotations

from starlette.types import Scope


def route_path(scope: Scope) -> str:
    """The path without ``root_path`` (ASGI), as Starlette's routes match it; what is not below that stays whole."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    below = path.removeprefix(root)
    return below if path.startswith(root) and below[:1] in {"", "/"} else path
