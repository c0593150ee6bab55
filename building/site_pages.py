"""Generate the page of the HTTP API from the code. Part of ``make docs``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wirematch.app import create_app
from wirematch.settings import Settings

FOLDER = Path("docs/reference")
PROBLEM = "application/problem+json"


def main() -> None:
    """Write the page."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "api.md").write_text("\n".join(_api(create_app(Settings()).openapi())) + "\n", encoding="utf-8")


def _api(schema: dict[str, Any]) -> Iterator[str]:
    yield "# The HTTP API"
    yield ""
    yield f"Generated from the OpenAPI document of release {schema['info']['version']}. A running service serves it at"
    yield "`/openapi.json`, with a page to try it out at `/docs`. Errors are problem documents (RFC 9457);"
    yield "[security](../security.md) describes keys and scopes."
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield from _operation(method.upper(), path, operation)
    yield ""
    yield "## Models"
    for name, model in sorted(schema["components"]["schemas"].items()):
        yield from _model(name, model)


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"## {method} {path}"
    yield ""
    yield operation.get("description") or operation.get("summary", "")
    if parameters := operation.get("parameters"):
        yield ""
        yield "| parameter | in | type | meaning |"
        yield "|---|---|---|---|"
        for one in parameters:
            needed = ", required" if one.get("required") else ""
            kind, told = _type(one.get("schema", {})), _cell(one.get("description", ""))
            yield f"| `{one['name']}` | {one['in']}{needed} | {kind} | {told} |"
    if body := operation.get("requestBody"):
        kinds = {_type(media.get("schema", {})) for media in body["content"].values()}
        types = ", ".join(f"`{media}`" for media in body["content"])
        yield ""
        yield f"**Body**: {' or '.join(sorted(kinds - {''})) or 'a document'}, as {types}."
    yield ""
    yield "| status | answer |"
    yield "|---|---|"
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        kinds = (
            "a problem" if PROBLEM in content else " or ".join(_type(it.get("schema", {})) for it in content.values())
        )
        yield f"| {status} | {_cell(answer.get('description', ''))}{': ' + kinds if kinds else ''} |"


def _model(name: str, model: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"### {name}"
    yield ""
    yield model.get("description", "")
    if values := model.get("enum"):
        yield ""
        yield "One of " + ", ".join(f"`{value}`" for value in values) + "."
    if properties := model.get("properties"):
        needed = set(model.get("required", ()))
        yield ""
        yield "| field | type | meaning |"
        yield "|---|---|---|"
        for field, one in properties.items():
            told = _cell(one.get("description", ""))
            yield f"| `{field}`{'' if field in needed else ' (optional)'} | {_type(one)} | {told} |"


def _type(schema: dict[str, Any]) -> str:
    """Describe a type in words, with links to models."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " or ".join(dict.fromkeys(filter(None, map(_type, choices))))
    if values := schema.get("enum"):
        return " or ".join(f"`{value}`" for value in values)
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {})) or 'anything'}"
    return str(schema.get("format") or schema.get("type") or "")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
