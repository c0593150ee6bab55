"""The fingerprint record: what an index was built with, and which of its generations is the live one."""

from __future__ import annotations

from service.errors import IndexMismatchError
from service.fingerprint.minhash import FingerprintScheme
from service.index import scripts
from service.index.connection import Store

LAYOUT_VERSION = 2


async def claim(store: Store, name: str, scheme: FingerprintScheme, shards: int) -> int:
    """The live generation of the index; one that is not there yet gets this program's parameters.

    IndexMismatchError when it was built with others.
    """
    wanted = scheme.record() | {"layout": str(LAYOUT_VERSION), "shards": str(shards)}
    offered = wanted | {"generation": "1"}
    flat = await store.write(scripts.CLAIM, [f"{{{name}}}:record"], [part for item in offered.items() for part in item])
    found = _fields(flat)
    differing = [
        f"{field} is {found.get(field, 'missing')}, not {value}"
        for field, value in wanted.items()
        if found.get(field) != value
    ]
    if differing:
        raise IndexMismatchError(
            f"The index {name!r} was built with other parameters ({'; '.join(differing)}), so what is stored in it "
            "cannot be found with this program and these settings. Run the version that built it with its settings, or "
            "choose a new index name (WIREMATCH_INDEX) and add the articles again."
        )
    return int(found["generation"])


def _fields(answer: list[bytes] | dict[bytes, bytes]) -> dict[str, str]:
    """A hash comes as pairs over RESP2 and as a map over RESP3."""
    pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=True)
    return {field.decode(): value.decode() for field, value in pairs}
