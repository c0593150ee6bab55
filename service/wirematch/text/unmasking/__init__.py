"""Disguises of a text, undone: homoglyphs, and missing or superfluous blanks."""
