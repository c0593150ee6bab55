"""Routes that refuse what would otherwise be ignored: unknown and repeated query parameters, repeated JSON names.

A mistyped parameter would change nothing, and nobody would notice. Unknown fields in bodies are refused by the models.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from wirematch.api import problems
from wirematch.api.problems import MOST_FIELDS, RefusedBodyError
from wirematch.errors.validation import nearest
from wirematch.formats.unique_names import RepeatedNameError, load_unique

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRequest(Request):
    """A request in whose JSON no object may have a name twice."""

    @classmethod
    def of(cls, request: Request) -> StrictRequest:
        """Return such a request; ``request`` itself if it is one, as its body may have been read."""
        return request if isinstance(request, cls) else cls(request.scope, request.receive)

    async def json(self) -> Any:
        """Parse the body. Raises RefusedBodyError (422) for a repeated name, otherwise as ``Request.json``."""
        if not hasattr(self, "_json"):
            body = await self.body()
            try:
                self._json = load_unique(body.decode(json.detect_encoding(body), "surrogatepass"))
            except RepeatedNameError as error:
                raise RefusedBodyError(problems.invalid([error.told("body")])) from None
        return self._json


class StrictRoute(APIRoute):
    """A route of the API that takes no parameter it does not know, and no more than one value where one is meant."""

    def get_route_handler(self) -> Handler:
        """Return the route's handler, preceded by a look at the query string, if there is one."""
        handle = super().get_route_handler()
        known = {
            field.alias: _takes_several(field.field_info.annotation) for field in _query_parameters(self.dependant)
        }

        async def handle_strictly(request: Request) -> Response:
            if query := request.scope["query_string"]:
                refuse_unknown(query, known)
            return await handle(StrictRequest.of(request))

        return handle_strictly


def refuse_unknown(query: bytes, known: Mapping[str, bool]) -> None:
    """Raise RequestValidationError for parameters that are unknown, or given more than once without being lists.

    ``known`` says of each parameter whether it may be repeated.
    """
    given = Counter(name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    faults = islice(_faults(given, known), MOST_FIELDS)  # whoever sends thousands is told of these
    told = [{"type": "parameter", "loc": ("query", name), "msg": said} for name, said in faults]
    if told:
        raise RequestValidationError(told)


def _faults(given: Counter[str], known: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    for name, times in given.items():
        if name not in known:
            yield name, _unknown(name, known)
        elif times > 1 and not known[name]:
            yield name, "it is given more than once"


def _unknown(name: str, known: Mapping[str, bool]) -> str:
    if near := nearest(name, known):
        return f"there is no such parameter; did you mean {near!r}?"
    taken = ", ".join(map(repr, sorted(known)))
    return f"there is no such parameter; this address accepts {taken or 'none'}"


def _query_parameters(dependant: Dependant) -> Iterator[Any]:
    """Yield the parameters of a route and of what it depends on."""
    yield from dependant.query_params
    for one in dependant.dependencies:
        yield from _query_parameters(one)


def _takes_several(annotation: Any) -> bool:
    """Whether a type is that of several values, or a union with such a type."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _takes_several(annotation.__origin__)
    if origin in (Union, UnionType):
        return any(map(_takes_several, get_args(annotation)))
    plain = origin or annotation
    return isinstance(plain, type) and issubclass(plain, Collection) and not issubclass(plain, str | bytes | Mapping)
