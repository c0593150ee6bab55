"""The fingerprint record: what an index was built with, and which of its generations is the live one."""

from __future__ import annotations

from dataclasses import dataclass

from wirematch.errors import IndexMismatchError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index import scripts
from wirematch.index.connection import Store

LAYOUT_VERSION = 3


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """Where the live index is."""

    generation: int
    shards: int


def record_key(name: str) -> str:
    """The record stands alone in its slot; everything else is found by what it says."""
    return f"{{{name}}}:record"


async def claim(store: Store, name: str, scheme: FingerprintScheme, shards: int | None) -> LiveIndex:
    """The live generation of the index; one that is not there yet gets this program's parameters.

    With None for ``shards``, any number will do. IndexMismatchError when it was built with other parameters.
    """
    wanted = scheme.record() | {"layout": str(LAYOUT_VERSION)}
    if shards is not None:
        wanted["shards"] = str(shards)
    offered = {"shards": "1", **wanted, "generation": "1"}
    flat = await store.write(
        scripts.CLAIM_FINGERPRINT_RECORD, [record_key(name)], [part for item in offered.items() for part in item]
    )
    found = fields_of(flat)
    differing = [
        f"{field} is {found.get(field, 'missing')}, not {value}"
        for field, value in wanted.items()
        if found.get(field) != value
    ]
    if differing:
        raise IndexMismatchError(
            f"The index {name!r} was built with other parameters ({'; '.join(differing)}), so what is stored in it "
            "cannot be found with this program and these settings. Use what it was built with (for shards, "
            "WIREMATCH_SHARDS), have `wirematch reindex` build it anew, or choose a new index name (WIREMATCH_INDEX)."
        )
    return LiveIndex(int(found["generation"]), int(found["shards"]))


def fields_of(answer: list[bytes] | dict[bytes, bytes]) -> dict[str, str]:
    """A hash comes as pairs over RESP2 and as a map over RESP3."""
    pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=True)
    return {field.decode(): value.decode() for field, value in pairs}
