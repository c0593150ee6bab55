"""``furniture.c``: a quick test whether a text may contain page furniture."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from wirematch.kernels.library import Address, Size, bind

_may_have_furniture = bind("wirematch_may_have_furniture", ctypes.c_bool, ctypes.c_char_p, Size, Address)


class _Words(ctypes.Structure):
    _fields_ = (
        ("first_of_line", ctypes.c_char_p),
        ("last_of_line", ctypes.c_char_p),
        ("first_of_note", ctypes.c_char_p),
        ("first_two_of_note", ctypes.c_char_p),
        ("first_and_held_by_note", ctypes.c_char_p),
        ("held_by_note", ctypes.c_char_p),
        ("held_by_line", ctypes.c_char_p),
        ("last_of_gallery_item", ctypes.c_char_p),
        ("author", ctypes.c_char_p),
        ("copula", ctypes.c_char_p),
        ("of_author", ctypes.c_char_p),
        ("reached", ctypes.c_char_p),
        ("of_poll", ctypes.c_char_p),
    )


@dataclass(frozen=True, slots=True, eq=False)
class FurnitureWords:
    """Trigger words, in lower-case ASCII where nothing else is said; see ``wirematch.text.furniture.words``."""

    first_of_line: Sequence[str]
    last_of_line: Sequence[str]
    first_of_note: Sequence[str]
    first_two_of_note: Sequence[str]
    first_and_held_by_note: Sequence[str]
    """The first word of a line, a blank, and what stands anywhere behind it."""
    held_by_note: Sequence[str]
    held_by_line: Sequence[str]
    last_of_gallery_item: Sequence[str]
    """In these letters."""
    author: Sequence[str]
    copula: Sequence[str]
    of_author: Sequence[str]
    """What an author is; behind a copula."""
    reached: Sequence[str]
    of_poll: Sequence[str]
    native: ctypes.Structure = field(init=False)

    def __post_init__(self) -> None:
        """Build the native structure."""
        lists = [getattr(self, each.name) for each in fields(self) if each.init]
        packed = ["".join(f"{word}\0" for word in words).encode() + b"\0" for words in lists]
        object.__setattr__(self, "native", _Words(*packed))


def may_have_furniture(encoded: bytes, words: FurnitureWords) -> bool:
    """Whether the text may contain furniture; true if the kernel cannot tell, and without compiled kernels."""
    if _may_have_furniture is None:
        return True
    found: bool = _may_have_furniture(encoded, len(encoded), ctypes.addressof(words.native))
    return found
