"""Versions of the engines behind the translations in an index, as fields of its fingerprint record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wirematch.errors import IndexMismatchError
from wirematch.index.fingerprint_record import FingerprintRecord, Generation

FIELD = "translated from "
"""Prefix of the fields, followed by a language; the value is the engine and its version."""


async def claim_versions(record: FingerprintRecord, versions: Mapping[str, str]) -> None:
    """Record what makes each language's translations, unless recorded; IndexMismatchError if they were made by others.

    The index must be open. Store errors are raised as they are.
    """
    found, _ = await record.read()
    differing = [
        language for language, version in sorted(versions.items()) if found.get(FIELD + language, version) != version
    ]
    if differing:
        raise IndexMismatchError(
            f"Translations from {', '.join(differing)} were made by other engines or other versions of their data. Run "
            "`wirematch reindex` to make them again."
        )
    await _write(
        record, found, {language: version for language, version in versions.items() if FIELD + language not in found}
    )


async def replace_versions(record: FingerprintRecord, versions: Mapping[str, str]) -> None:
    """Record what makes translations from now on."""
    found, _ = await record.read()
    if found:
        await _write(record, found, versions)


async def _write(record: FingerprintRecord, found: Mapping[str, str], versions: Mapping[str, str]) -> None:
    if versions:
        live = Generation(int(found["generation"]), int(found["shards"]))
        fields: dict[str, Any] = {FIELD + language: version for language, version in versions.items()}
        await record.update(live, **fields)
