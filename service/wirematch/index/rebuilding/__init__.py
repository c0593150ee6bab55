"""The next generation of an index beside the live one, and what else copies all of it."""
