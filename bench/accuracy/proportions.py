"""Proportions with confidence intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

Z = 1.96
"""Quantile of the normal distribution for 95 % intervals."""


@dataclass
class Share:
    """A proportion."""

    of: int = 0
    n: int = 0

    def count(self, *, right: bool) -> None:
        self.n += 1
        self.of += right

    def figures(self) -> dict[str, Any]:
        """Return the share with its 95 % Wilson interval (Wilson 1927)."""
        if not self.n:
            return {"n": 0}
        share, z2 = self.of / self.n, Z * Z / self.n
        middle = (share + z2 / 2) / (1 + z2)
        half = Z * math.sqrt(share * (1 - share) / self.n + z2 / (4 * self.n)) / (1 + z2)
        interval = [max(0.0, round(middle - half, 3)), min(1.0, round(middle + half, 3))]
        return {"share": round(share, 4), "interval": interval, "n": self.n}


@dataclass
class Row:
    """Proportions for texts in one language."""

    shares: dict[str, Share] = field(default_factory=dict)

    def count(self, name: str, *, right: bool) -> None:
        self.shares.setdefault(name, Share()).count(right=right)

    def figures(self) -> dict[str, Any]:
        return {name: share.figures() for name, share in self.shares.items()}
