"""Read the pages of buckets in one transaction, without a script, and extract their postings.

A script spends most of its time converting pages to Lua values and back. A transaction (``MULTI``) sees the index at a
single moment, as a script does. What a script would check is read along with the pages: the shard's state, which tells
whether these are still the right pages (``docs/adr/0038``). Each page is read once, whoever asks for it. Field names
have a fixed length, so all of them are packed at once; redis-py packs one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from redis.exceptions import ResponseError

from wirematch.fingerprint.ranking import Postings
from wirematch.index.buckets import NO_HASHES, PARTS, POSTING, BucketHashes, page_of
from wirematch.index.connections.transaction import packed_command
from wirematch.index.keys import ScriptKeys
from wirematch.kernels.index import pages as compiled
from wirematch.kernels.index.pages import NamedPages
from wirematch.kernels.index.replies import Values

PAGES_AHEAD = 1_024
"""Page splits since the caller's last reading that a request allows for: about as many as 200 articles cause."""
_STATE_FIELDS = (b"pages", b"phase", b"born")
_PAGES, _PHASE, _BORN, _DOCUMENTS, _FIRST_FIELD = range(5)
"""Indices of values in an answer."""
_OPEN_TO_ALL = 2**62
"""A local number above that of any document."""
_FIELD = np.frombuffer(b"$4\r\n....\r\n$5\r\n....+\r\n", np.uint8)
_NAME, _OLDER_NAME = slice(4, 8), slice(14, 18)
"""Where the page's number stands in _FIELD: as the field of the page, and as that of its older postings."""
_LONG_BYTES = 1


class PageRequest:
    """A request for the pages of several lots of buckets in one shard."""

    def __init__(self, lots: Sequence[BucketHashes]) -> None:
        self._sizes = np.array([len(lot) for lot in lots], np.int64)
        self._hashes = np.concatenate([NO_HASHES, *lots])
        self._pages = 0
        """Number of pages that the commands were made for."""
        self._named = _NOTHING_NAMED

    def commands(self, keys: ScriptKeys, pages: int) -> list[bytes]:
        """Return packed commands that are valid for ``pages`` and up to PAGES_AHEAD more."""
        asked = self._hashes, pages, pages + PAGES_AHEAD
        self._pages, self._named = pages, compiled.name(*asked) or name_in_python(*asked)
        state, ids, _ = keys.declared
        commands = [packed_command((b"HMGET", state, *_STATE_FIELDS)), packed_command((b"HLEN", ids))]
        fields, at = self._named.fields, 0
        for part, count in enumerate(self._named.counts):
            if count:
                key = keys.prefix + b"p%x" % part
                head = b"*%d\r\n$5\r\nHMGET\r\n$%d\r\n%s\r\n" % (2 + 2 * count, len(key), key)
                commands.append(head + fields[at : at + count * len(_FIELD)])
                at += count * len(_FIELD)
        return commands

    @property
    def most_values(self) -> int:
        """Most values in an answer."""
        return _FIRST_FIELD + 2 * sum(self._named.counts)

    def pages_to_read(self, answer: Values) -> int | None:
        """Return the true number of pages if the wrong ones were read, else None. Raises ResponseError."""
        pages = answer.at(_PAGES)
        if pages is None or answer.at(_PHASE) == b"moved":
            raise ResponseError("GONE the shard is not open")
        if int(pages) == self._pages:
            return None
        there, named = page_of(self._hashes, int(pages)), self._named
        read = there == named.now
        read[named.moving] |= there[named.moving] == named.later
        return None if read.all() else int(pages)

    @staticmethod
    def documents(answer: Values) -> int:
        """Number of articles in the shard."""
        return int(answer.at(_DOCUMENTS) or 0)

    @staticmethod
    def born(answer: Values) -> bytes | None:
        """When the shard's state was created; None if an earlier release created it."""
        return answer.at(_BORN)

    def read(self, answer: Values, cap: int, home: int, before: Sequence[int | None]) -> list[Postings]:
        """Return each lot's postings, the newest ``cap`` of each bucket; bands are positions in the lot.

        ``home`` is the shard's document number 0. ``before`` has for each lot a number from which on it omits postings.
        """
        chosen, pages = self._named.places[: len(self._hashes)], int(answer.at(_PAGES) or 0)
        if pages != self._pages:
            moving, others = self._named.moving, self._named.places[len(self._hashes) :]
            moved = page_of(self._hashes[moving], pages) == self._named.later
            chosen = chosen.copy()
            chosen[moving[moved]] = others[moved]
        uppers = (self._hashes >> np.uint32(16)).astype(np.uint16)
        limits = np.array([_local(limit, home) for limit in before], np.int64)
        asked = answer.from_(_FIRST_FIELD), chosen, uppers, self._sizes, limits, cap, home
        numbers, bands, counts = compiled.pick(*asked) or pick_in_python(*asked)
        ends = np.cumsum([0, *counts])
        return [Postings(numbers[start:end], bands[start:end]) for start, end in itertools.pairwise(ends.tolist())]


def name_in_python(hashes: BucketHashes, pages: int, pages_ahead: int) -> NamedPages:
    """Reference implementation of the kernel."""
    now, later = page_of(hashes, pages), page_of(hashes, pages_ahead)
    moving = np.flatnonzero(now != later)
    asked, first, places = np.unique(np.concatenate((now, later[moving])), return_index=True, return_inverse=True)
    parts = asked % np.uint32(PARTS)
    order = np.lexsort((first, parts))
    positions = np.empty(len(order), np.intp)
    positions[order] = np.arange(len(order))
    names = asked[order].astype("<u4").view(np.uint8).reshape(-1, 4)
    fields = np.tile(_FIELD, (len(names), 1))
    fields[:, _NAME] = fields[:, _OLDER_NAME] = names
    counts = np.bincount(parts, minlength=PARTS).tolist()
    return NamedPages(now, later[moving], moving, positions[places], fields.tobytes(), counts)


_NOTHING_NAMED = name_in_python(NO_HASHES, 1, 1)


def pick_in_python(  # noqa: PLR0913 - as the kernel
    fields: Values,
    page_of: NDArray[np.intp],
    uppers: NDArray[np.uint16],
    lots: NDArray[np.int64],
    before: NDArray[np.int64],
    cap: int,
    home: int,
) -> tuple[NDArray[np.uint64], NDArray[np.intp], NDArray[np.int64]]:
    """Reference implementation of the kernel."""
    found: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    bands: list[NDArray[np.intp]] = [np.empty(0, np.intp)]
    counts = np.zeros(len(lots), np.int64)
    buckets = zip(page_of.tolist(), uppers.tolist(), strict=True)
    for lot, size in enumerate(lots.tolist()):
        for band, (place, upper) in enumerate(itertools.islice(buckets, size)):
            page, older = fields.at(2 * place) or b"", fields.at(2 * place + 1) or b""
            is_long = len(page) % POSTING.itemsize == _LONG_BYTES
            postings = np.frombuffer(older + page[_LONG_BYTES:] if is_long else page, POSTING)
            kept = postings["number"][(postings["bucket"] == upper) & (postings["number"] < before[lot])][-cap:]
            found.append(kept.astype(np.uint64) + np.uint64(home))
            bands.append(np.full(len(kept), band, np.intp))
            counts[lot] += len(kept)
    return np.concatenate(found), np.concatenate(bands), counts


def _local(limit: int | None, home: int) -> int:
    """A document number as a local number of the shard; beyond all of them if it is another shard's."""
    return _OPEN_TO_ALL if limit is None or limit >> 32 != home >> 32 else limit - home
