"""How many of how many, with what is known of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

Z = 1.96
"""Of a normal distribution, for intervals of 95 %."""


@dataclass
class Share:
    """How many of how many."""

    of: int = 0
    n: int = 0

    def count(self, *, right: bool) -> None:
        self.n += 1
        self.of += right

    def figures(self) -> dict[str, Any]:
        """The share, with Wilson's interval of 95 % (Wilson 1927)."""
        if not self.n:
            return {"n": 0}
        share, z2 = self.of / self.n, Z * Z / self.n
        middle = (share + z2 / 2) / (1 + z2)
        half = Z * math.sqrt(share * (1 - share) / self.n + z2 / (4 * self.n)) / (1 + z2)
        interval = [max(0.0, round(middle - half, 3)), min(1.0, round(middle + half, 3))]
        return {"share": round(share, 4), "interval": interval, "n": self.n}


@dataclass
class Row:
    """What is said of texts in one language."""

    shares: dict[str, Share] = field(default_factory=dict)

    def count(self, name: str, *, right: bool) -> None:
        self.shares.setdefault(name, Share()).count(right=right)

    def figures(self) -> dict[str, Any]:
        return {name: share.figures() for name, share in self.shares.items()}
