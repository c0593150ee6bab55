"""The documents in ``tests/documents``, and the story that most of them contain; all of it is fictional."""

from __future__ import annotations

from pathlib import Path

DOCUMENTS = Path(__file__).parents[1] / "documents"
STORY = (DOCUMENTS / "story.txt").read_text(encoding="utf-8").rstrip("\n")
HEADLINE = "Night ferry runs aground off Skerrin islands, all 212 on board safe"
