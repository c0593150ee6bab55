"""``skeleton_making.c`` and ``skeleton_from_text.c``: prepare an English text, and make its skeleton."""

from __future__ import annotations

import ctypes
from array import array
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.scratch import scratch_for
from wirematch.kernels.text.skeleton import TextBlock, prepare_read
from wirematch.kernels.text.vocabulary import ScratchWords, Vocabulary, as_bytes

INT32 = "i"
"""``array`` type code of positions: four bytes wherever kernels are compiled."""

_make_skeleton = bind(
    "wirematch_make_skeleton",
    ctypes.c_int64,
    Address, Address, Size, Address, Address, ctypes.c_double, Address, Size,
)  # fmt: skip
_skeleton_from_text = bind(
    "wirematch_skeleton_from_text",
    ctypes.c_int64,
    Address, Address, Size, ctypes.c_char_p, Size, Address, Size, Address, ctypes.c_double,
    Address, Size, Address, Size,
)  # fmt: skip


class _Places(ctypes.Structure):
    _fields_ = (("numbers", ctypes.c_void_p), ("count", ctypes.c_size_t))


class _PlacesFound(ctypes.Structure):
    _fields_ = (
        ("furniture", _Places),
        ("breaks", _Places),
        ("quotations", _Places),
        ("posts", _Places),
        ("cuts", _Places),
        ("announces", ctypes.c_char_p),
        ("length", ctypes.c_int64),
    )


class _Rules(ctypes.Structure):
    _fields_ = (
        ("persons", ctypes.c_void_p),
        ("person_count", ctypes.c_size_t),
        ("most_spoken", ctypes.c_double),
        ("longest_post", ctypes.c_int64),
        ("short_paragraph", ctypes.c_int64),
        ("least_paragraph", ctypes.c_int64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class SpeechRules:
    """Rules for recognising speech in a paragraph; see ``wirematch.text.speech``."""

    persons: NDArray[np.uint32]
    """Sorted hashes of words in the first and second person."""
    most_spoken: float
    longest_post: int
    short_paragraph: int
    least_paragraph: int
    native: ctypes.Structure = field(init=False)

    def __post_init__(self) -> None:
        """Build the native structure."""
        limits = self.most_spoken, self.longest_post, self.short_paragraph, self.least_paragraph
        native = _Rules(address(self.persons), len(self.persons), *limits)
        object.__setattr__(self, "native", native)


@dataclass(slots=True)
class TextFound:
    """What regular expressions find in a text, in code points; ascending, except ``quotations`` and ``cuts``."""

    furniture: array[int]
    """Starts and ends, alternating."""
    breaks: array[int]
    """Starts of paragraphs, without the first."""
    posts: array[int]
    """Signs of posts."""
    announces: bytes
    """A byte per paragraph: 1 if it ends in a colon."""
    quotations: array[int]
    """Starts and ends, alternating; they may overlap."""
    cuts: array[int]
    """Starts of sentences."""


def skeleton_from_text(
    read: ScratchWords, furniture: array[int], rules: SpeechRules, least_share: float
) -> bytes | None:
    """Return the skeleton of a text; ``furniture`` is as in ``TextFound``, and the kernel finds everything else.

    None if it cannot, or for the reasons given in ``prepare_first``.
    """
    vocabulary, encoded, scratch, count = read
    if not count or _skeleton_from_text is None:
        return None
    at, furniture_count = furniture.buffer_info()
    room = _room(furniture_count, count)
    where = at, furniture_count, ctypes.addressof(rules.native), least_share, scratch.places_at, len(scratch.places)
    size = enough(
        _skeleton_from_text(
            vocabulary.at, scratch.reading_at, count, encoded, len(encoded), *where, address(room), len(room)
        )
    )
    return None if size < 0 else room[:size].tobytes()


def prepare_first(
    vocabulary: Vocabulary, text: str, found: TextFound, rules: SpeechRules, least_share: float
) -> tuple[TextBlock, bytes] | None:
    """Prepare a text; returns it and its skeleton.

    None if Python has to do it: for texts that ``Vocabulary.read`` cannot read, and those with a share of function
    words below ``least_share``.
    """
    encoded = as_bytes(text)
    scratch = scratch_for(len(encoded))
    count = vocabulary.read_into(scratch, encoded)
    if count <= 0 or _make_skeleton is None or len(found.announces) != len(found.breaks) + 1:
        return None
    lists = found.furniture, found.breaks, found.quotations, found.posts, found.cuts
    native = _PlacesFound(*(_Places(*numbers.buffer_info()) for numbers in lists), found.announces, len(text))
    room = _room(len(found.furniture), count)
    where = ctypes.addressof(native), ctypes.addressof(rules.native), least_share, address(room), len(room)
    size = enough(_make_skeleton(vocabulary.at, scratch.reading_at, count, *where))
    if size < 0:
        return None
    skeleton = room[:size].tobytes()
    block = prepare_read(ScratchWords(vocabulary, encoded, scratch, count), skeleton, least_share)
    return None if block is None else (block, skeleton)


def _room(furniture_count: int, count: int) -> NDArray[np.uint8]:
    """A buffer for a skeleton, in which a number takes at most five bytes."""
    return np.empty(32 + 15 * furniture_count + 10 * count, np.uint8)
