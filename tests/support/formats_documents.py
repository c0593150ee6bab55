"""The documents of news formats in ``tests/documents``, and the story that most of them tell; all of it is made up."""

from __future__ import annotations

from pathlib import Path

DOCUMENTS = Path(__file__).parents[1] / "documents"
STORY = (DOCUMENTS / "story.txt").read_text(encoding="utf-8").rstrip("\n")
HEADLINE = "Night ferry runs aground off Skerrin islands, all 212 on board safe"
