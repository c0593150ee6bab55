"""What a backup or a restore has done, printed."""

from __future__ import annotations

import json
from typing import Any

from rich import filesize

from wirematch.commands.backup.contents import Contents
from wirematch.presentation.console import Screen

IN_WORDS = {"there": "already there", "members": "members of clusters", "to_decide": "to be decided"}
"""Plain words for names of a result that are not clear by themselves."""


def counts_of(contents: Contents) -> list[dict[str, Any]]:
    return [
        {
            "tenant": one.tenant,
            "articles": one.articles,
            **{f"{kind}s": one.counts[kind] for kind in ("member", "kill", "judgement")},
        }
        for one in contents.sections
    ]


def print_result(result: dict[str, Any], screen: Screen, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result))  # noqa: T201 - Rich would wrap it
        return
    if "bytes" in result:
        screen.print_line(f"{result['file']}: {filesize.decimal(result['bytes'])}")
    for section in result["sections"]:
        whose = f"tenant {section['tenant']}" if section["tenant"] else "no tenant"
        numbers = ", ".join(
            f"{number:,} {IN_WORDS.get(name, name.replace('_', ' '))}"
            for name, number in section.items()
            if name != "tenant"
        )
        screen.print_line(f"{whose}: {numbers}")
