"""The asynchronous client with the interface of the synchronous one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from wirematch_client import AsyncClient


class Awaited:
    """An AsyncClient that is called as a Client is, so that one suite serves for both."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._runner = asyncio.Runner()
        self._client = AsyncClient(*args, **options)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name != "bulk":
            return lambda *args, **options: self._runner.run(method(*args, **options))

        def results(*args: Any, **options: Any) -> Iterator[Any]:
            stream = method(*args, **options)
            while (result := self._runner.run(anext(stream, None))) is not None:
                yield result

        return results

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
