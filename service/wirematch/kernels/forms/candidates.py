"""``candidates.c``: read the texts of many stored records at once into the form in which they are compared.

Python owns the memory: records are read into the thread's scratch; each text gets its own block, with its form behind
its words. Both keep the block alive.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence

import numpy as np

from wirematch.cancellation import safepoint
from wirematch.kernels.forms.form import Form
from wirematch.kernels.forms.rarity import RarityTable
from wirematch.kernels.index.records import ReadRecord
from wirematch.kernels.library import Address, Size, address, addresses, addresses_of, beginnings, bind, enough
from wirematch.kernels.scratch import KEPT, scratch_for
from wirematch.kernels.text.skeleton import TextBlock
from wirematch.kernels.text.vocabulary import Vocabulary

_FIELDS = 8
"""Size of ``Candidate`` in ``candidates.h``, in numbers of 64 bits."""

_read = bind(
    "wirematch_read_candidates", ctypes.c_int64,
    Address, Address, Address, Address, Size, Size, Address, Size, Address, Address,
)  # fmt: skip
_form = bind(
    "wirematch_form_candidates", ctypes.c_int64,
    Address, Address, Address, Address, Size, ctypes.c_double, Size, Address, Address, Address,
)  # fmt: skip


FormedText = tuple[Form, int]
"""The form of a record's text, in one block with the text, and the text's length in code points."""


def form_records(
    records: Sequence[ReadRecord], vocabulary: Vocabulary, rarity: RarityTable, least_share: float, most_sentences: int
) -> list[FormedText | None]:
    """Make the form of each record's text; None where Python has to do it.

    That is without a skeleton of this very text, and for a text not in English or not certainly what a person sees.
    """
    found: list[FormedText | None] = []
    for group in _groups(records):
        safepoint()
        found += _form_group(group, vocabulary, rarity, least_share, most_sentences)
    return found


def _groups(records: Sequence[ReadRecord]) -> Iterator[Sequence[ReadRecord]]:
    """Split records into groups that fit the thread's scratch, of one record at least."""
    first = room = 0
    for place, record in enumerate(records):
        size = record.text_size + record.skeleton_size
        if place > first and room + size > KEPT:
            yield records[first:place]
            first, room = place, 0
        room += size
    if first < len(records):
        yield records[first:]


def _form_group(
    records: Sequence[ReadRecord], vocabulary: Vocabulary, rarity: RarityTable, least_share: float, most_sentences: int
) -> list[FormedText | None]:
    if _read is None or _form is None:
        return [None] * len(records)
    count = len(records)
    scratch = scratch_for(sum(record.text_size + record.skeleton_size for record in records))
    encoded, places = beginnings([record.encoded for record in records]), addresses([record.at for record in records])
    table = np.empty((count, _FIELDS), np.int64)
    at = address(table)
    letters = scratch.letters_at, scratch.room
    reading = scratch.reading_at
    enough(
        _read(vocabulary.at, vocabulary.characters_at, encoded, places, count, most_sentences, *letters, reading, at)
    )
    vocabulary.learn_unknown(scratch)
    blocks = [np.empty(size >> 3, np.uint64) for _, _, _, size, *_ in table.tolist()]
    begins = addresses_of(blocks)
    enough(
        _form(
            vocabulary.at,
            rarity.at,
            encoded,
            places,
            count,
            least_share,
            most_sentences,
            reading,
            addresses(begins),
            at,
        )
    )
    return [
        None
        if words < 0
        else (Form(TextBlock(block, begin, words, vocabulary), block, begin, measured, counts, behind), length)
        for block, begin, (words, length, behind, _, measured, *counts) in zip(
            blocks, begins, table.tolist(), strict=True
        )
    ]
