"""Read the pages of buckets in one transaction, without a script, and pick the postings out of them.

A script that reads pages spends most of its time on taking what Redis has into Lua and giving it out again. Commands
that are run together (``MULTI``) see the index as it is at one moment, as a script does. What a script would check
is read with the pages: the shard's state, by which the caller sees whether these are still the pages to read
(``docs/adr/0038``). Field names are of one length, so they are packed all at once: redis-py packs one by one.
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
from wirematch.kernels import pages as compiled
from wirematch.kernels.pages import NamedPages
from wirematch.kernels.replies import Values

PAGES_AHEAD = 1_024
"""Pages that may have been split off since the caller knew how many there are: what some 200 articles add."""
_STATE_FIELDS = (b"pages", b"phase")
_PAGES, _PHASE, _DOCUMENTS, _FIRST_FIELD = range(4)
"""Places of values in an answer."""
_OPEN_TO_ALL = 2**62
"""A local number that no document has."""
_FIELD = np.frombuffer(b"$4\r\n....\r\n$5\r\n....+\r\n", np.uint8)
_NAME, _OLDER_NAME = slice(4, 8), slice(14, 18)
"""Where the page's number stands in it, twice: as the name of the page, and of its older postings."""
_LONG_BYTES = 1


class PageRequest:
    """For the pages of lots of buckets, in one shard."""

    def __init__(self, lots: Sequence[BucketHashes]) -> None:
        self._sizes = np.array([len(lot) for lot in lots], np.int64)
        self._hashes = np.concatenate([NO_HASHES, *lots])
        self._pages = 0
        """How many there were to be."""
        self._named = _NOTHING_NAMED

    def commands(self, keys: ScriptKeys, pages: int) -> list[bytes]:
        """Commands that read them where the shard has so many pages, or up to PAGES_AHEAD more, as Redis takes them."""
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
        """How many an answer has."""
        return _FIRST_FIELD + 2 * len(self._named.places)

    def pages_to_read(self, answer: Values) -> int | None:
        """How many pages there are, where these were not the ones to read; None where they were. ResponseError."""
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
        """Articles in the shard."""
        return int(answer.at(_DOCUMENTS) or 0)

    def read(self, answer: Values, cap: int, home: int, before: Sequence[int | None]) -> list[Postings]:
        """The postings of each lot's buckets, the newest ``cap`` of each bucket; bands are places in a lot.

        ``home`` is the document number 0 of the shard. ``before`` leaves out, of each lot, its numbers from one on.
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
    """What the kernel is held to."""
    now, later = page_of(hashes, pages), page_of(hashes, pages_ahead)
    moving = np.flatnonzero(now != later)
    asked = np.concatenate((now, later[moving]))
    parts = asked % np.uint32(PARTS)
    order = np.argsort(parts, kind="stable")
    places = np.empty(len(order), np.intp)
    places[order] = np.arange(len(order))
    names = asked[order].astype("<u4").view(np.uint8).reshape(-1, 4)
    fields = np.tile(_FIELD, (len(names), 1))
    fields[:, _NAME] = fields[:, _OLDER_NAME] = names
    counts = np.bincount(parts, minlength=PARTS).tolist()
    return NamedPages(now, later[moving], moving, places, fields.tobytes(), counts)


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
    """What the kernel is held to."""
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
    """A document number as one of the shard, if it is one."""
    return _OPEN_TO_ALL if limit is None or limit >> 32 != home >> 32 else limit - home
