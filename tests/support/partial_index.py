"""An index a part of which does not answer: nothing that it holds is among the candidates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from wirematch.detection.retrieval.retriever import Retriever


def without_answers(monkeypatch, is_held: Callable[[str], bool]) -> None:
    """Let this process find no article whose id ``is_held`` accepts, and know that some may be missing."""
    retrieve = Retriever.retrieve

    async def partly(self, *given, **how):
        found = await retrieve(self, *given, **how)
        return [
            replace(one, partial=True, records=[record for record in one.records if not is_held(record.id)])
            for one in found
        ]

    monkeypatch.setattr(Retriever, "retrieve", partly)
