"""The fingerprint record: the parameters that an index was built with, and its live generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from wirematch.errors import IndexMismatchError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import Namespace

LAYOUT_VERSION = 4
"""Records have tails (``records/tail.py``). Records of layout 3, which have none, are read as well."""
READ_LAYOUTS = frozenset({"3", "4"})
"""Layouts whose records this program can read."""
COUNTED = frozenset({"version", "layout"})
"""Fields that change with releases and that nobody configures."""
FAR_FUTURE_MS = 1_000 * 365 * 86_400_000
"""A deadline that never passes, in ms since 1970."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of an index and its number of shards."""

    number: int
    shards: int

    def __str__(self) -> str:
        """The form in which the fingerprint record names a generation being built or one that was replaced."""
        return f"{self.number}:{self.shards}"

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The inverse of ``str``; None if the record names no generation."""
        if not text:
            return None
        number, _, shards = text.partition(":")
        return cls(int(number), int(shards))


class FingerprintRecord:
    """The fingerprint record of one index, a hash in a slot of its own. Raises the errors of Store."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        of_tenant = "" if namespace.tenant is None else f" of the tenant {namespace.tenant!r}"
        self._name = f"{namespace.name!r}{of_tenant}"
        self._keys = [namespace.fingerprint_record]

    async def claim(self, scheme: FingerprintScheme, shards: int | None) -> Generation:
        """Return the live generation; an index that does not exist is created with this program's parameters.

        ``shards`` None accepts any number of shards. Raises IndexMismatchError if a parameter differs. An index of
        layout 3 becomes layout 4, which earlier releases refuse because they could not read what is stored from now on.
        """
        required = _required(scheme, shards)
        defaults = {"shards": "1", **required, "generation": "1"}
        flat = await self._store.write(scripts.CLAIM_FINGERPRINT_RECORD, self._keys, _flat(defaults))
        found = _fields(flat)
        self._compare(found, required)
        live = Generation(int(found["generation"]), int(found["shards"]))
        if found["layout"] != required["layout"]:
            await self.update(live, layout=required["layout"])
        return live

    async def check(self, scheme: FingerprintScheme, shards: int | None) -> None:
        """Raise IndexMismatchError as :meth:`claim` does; nothing is created or changed."""
        found, _ = await self.read()
        if found:
            self._compare(found, _required(scheme, shards))

    def _compare(self, found: dict[str, str], required: dict[str, str]) -> None:
        differing = {
            field: value
            for field, value in required.items()
            if found.get(field) != value and not (field == "layout" and found.get(field) in READ_LAYOUTS)
        }
        if differing:
            raise self._mismatch(found, differing)

    def _mismatch(self, found: dict[str, str], required: dict[str, str]) -> IndexMismatchError:
        """The error that says what differs and what to do; ``required`` has the differing fields."""
        told = "; ".join(f"{field} is {found.get(field, 'missing')}, not {value}" for field, value in required.items())
        if required.keys() <= COUNTED and all(found.get(field, "").isdecimal() for field in required):
            if all(int(found[field]) < int(value) for field, value in required.items()):
                return IndexMismatchError(
                    f"The index {self._name} was written by an earlier release ({told}). `wirematch reindex` takes "
                    "it over; services of that release can go on running until it is done."
                )
            return IndexMismatchError(
                f"The index {self._name} was written by a later release ({told}). Run that release, or restore a "
                "backup into another index (WIREMATCH_INDEX)."
            )
        if required.keys() == {"scheme"}:  # the scheme is read from the record of the index itself
            return IndexMismatchError(
                f"The index {self._name} uses another sampling ({told}). Start this program again: "
                "`wirematch reindex` may have changed it meanwhile. If that does not help, run the release that "
                "built the index; or, if a rebuild was interrupted before the translations, run it again; "
                "or choose another index name (WIREMATCH_INDEX)."
            )
        return IndexMismatchError(
            f"The index {self._name} was built with other parameters ({told}), so this program with these settings "
            "cannot find what is stored in it. Use the parameters that it was built with (for shards, "
            "WIREMATCH_SHARDS), rebuild it with `wirematch reindex`, or choose another index name (WIREMATCH_INDEX)."
        )

    async def read(self) -> tuple[dict[str, str], int]:
        """Return the fields (none if there is no index) and the server's time in ms since 1970."""
        moment, flat = await self._store.read(scripts.READ_FINGERPRINT_RECORD, self._keys)
        return _fields(flat), moment

    async def live(self) -> Generation | None:
        """Return the live generation; None if there is no index. Raises IndexUnavailableError."""
        with translated_errors():
            record, _ = await self.read()
        return Generation(int(record["generation"]), int(record["shards"])) if record else None

    async def rebuilding(self) -> bool:
        """Whether a rebuild is under way; IndexUnavailableError."""
        with translated_errors():
            record, _ = await self.read()
        return bool(record.get("building"))

    async def update(
        self, live: Generation, *, deadline: int = FAR_FUTURE_MS, of_rebuild: str = "", **fields: str
    ) -> bool:
        """Set fields if ``live`` is still live and ``deadline`` (ms since 1970) has not passed; returns whether.

        With ``of_rebuild``, only if the field ``rebuild`` has it: no other rebuild was begun since.
        """
        args: list[Argument] = [live.number, deadline, of_rebuild, *_flat(fields)]
        return bool(await self._store.write(scripts.UPDATE_FINGERPRINT_RECORD, self._keys, args))


def _required(scheme: FingerprintScheme, shards: int | None) -> dict[str, str]:
    required = scheme.record() | {"layout": str(LAYOUT_VERSION)}
    return required if shards is None else required | {"shards": str(shards)}


def _flat(fields: dict[str, str]) -> list[str]:
    return [part for field in fields.items() for part in field]


def _fields(answer: list[bytes] | dict[bytes, bytes]) -> dict[str, str]:
    """Decode a hash, which is a flat list in RESP2 and a map in RESP3."""
    pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=True)
    return {field.decode(): value.decode() for field, value in pairs}
