"""A prepared text whose arrays are in a block of the compiled kernels' until somebody asks for one."""

from __future__ import annotations

from typing import Any, Self

from wirematch.arrays import Flags
from wirematch.kernels.skeleton import TextBlock
from wirematch.text.languages.recognition import ENGLISH, recognize
from wirematch.text.prepared import PreparedText


def if_english(block: TextBlock | None) -> TextBlock | None:
    """A block with few function words, such as a table has, where the text is English all the same; else None."""
    return block if block is not None and recognize(block.forms()) is ENGLISH else None


class BlockText(PreparedText):
    """An English text that a kernel prepared: most are screened and measured by kernels, and by nobody else."""

    __slots__ = ("_block", "_skeleton")

    @classmethod
    def of(cls, block: TextBlock, length: int, skeleton: bytes | None) -> Self:
        """Of a text of so many code points; a part of one has no skeleton."""
        text = cls.__new__(cls)
        put = object.__setattr__  # it cannot be changed afterwards
        put(text, "_block", block)
        put(text, "_skeleton", skeleton)
        put(text, "length", length)
        put(text, "language", "en")
        put(text, "disguised", False)
        return text

    @property
    def block(self) -> TextBlock | None:
        """See PreparedText; None of a changed copy, whose arrays are its own."""
        block: TextBlock | None = self._block
        return block

    @property
    def skeleton(self) -> bytes | None:
        """What its skeleton is (see ``skeleton``); None of a changed copy and of a part."""
        skeleton: bytes | None = self._skeleton
        return skeleton

    def without(self, dropped: Flags) -> PreparedText:
        """See PreparedText; by a kernel, where this is no changed copy."""
        block = self.block
        left = None if block is None else block.without(dropped)
        return super().without(dropped) if left is None else BlockText.of(left, self.length, None)

    def __len__(self) -> int:
        block = self.block
        return len(self.starts) if block is None else block.size

    def __getattr__(self, name: str) -> Any:
        """What was not made yet: an attribute that is there is never asked for here."""
        if name in ("_block", "_skeleton"):
            return None
        block = self.block
        arrays = block.arrays() if block is not None else {}
        if name not in arrays:
            raise AttributeError(name)
        for each, array in arrays.items():
            object.__setattr__(self, each, array)
        return arrays[name]
