"""The path of a request as routes know it, also where a proxy serves the application below a path of its own."""

from __future__ import annotations

from starlette.types import Scope


def route_path(scope: Scope) -> str:
    """Return the path without ``root_path`` (ASGI), as Starlette's routes match it.

    A path that is not below it is unchanged.
    """
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    below = path.removeprefix(root)
    return below if path.startswith(root) and below[:1] in {"", "/"} else path
