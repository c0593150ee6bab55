"""Prepared texts whose arrays stay in a block of the compiled kernels until they are asked for."""

from __future__ import annotations

from typing import Any, Self

from wirematch.arrays import Flags
from wirematch.kernels.text.skeleton import TextBlock
from wirematch.text.languages.recognition import ENGLISH, recognize
from wirematch.text.prepared import PreparedText


def if_english(block: TextBlock | None) -> TextBlock | None:
    """Return the block if its text is English despite few function words, as in a table; else None."""
    return block if block is not None and recognize(block.forms()) is ENGLISH else None


class BlockText(PreparedText):
    """An English text prepared by a kernel. Arrays are made on access: most texts are read by kernels alone."""

    __slots__ = ("_block", "_skeleton")

    @classmethod
    def of(cls, block: TextBlock, length: int, skeleton: bytes | None) -> Self:
        """Wrap a block; ``length`` is in code points. A part of a text has no skeleton."""
        text = cls.__new__(cls)
        put = object.__setattr__  # the class is frozen
        put(text, "_block", block)
        put(text, "_skeleton", skeleton)
        put(text, "length", length)
        put(text, "language", "en")
        put(text, "disguised", False)
        return text

    @property
    def block(self) -> TextBlock | None:
        """See PreparedText; None for a modified copy, which has arrays of its own."""
        block: TextBlock | None = self._block
        return block

    @property
    def skeleton(self) -> bytes | None:
        """The text's skeleton (see ``skeleton``); None for a modified copy and for a part."""
        skeleton: bytes | None = self._skeleton
        return skeleton

    def without(self, dropped: Flags) -> PreparedText:
        """See PreparedText; done by a kernel unless this is a modified copy."""
        block = self.block
        left = None if block is None else block.without(dropped)
        return super().without(dropped) if left is None else BlockText.of(left, self.length, None)

    def __len__(self) -> int:
        block = self.block
        return len(self.starts) if block is None else block.size

    def __getattr__(self, name: str) -> Any:
        """Make the arrays on first access; attributes that exist never get here."""
        if name in ("_block", "_skeleton"):
            return None
        block = self.block
        arrays = block.arrays() if block is not None else {}
        if name not in arrays:
            raise AttributeError(name)
        for each, array in arrays.items():
            object.__setattr__(self, each, array)
        return arrays[name]
