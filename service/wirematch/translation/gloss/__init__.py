"""Word for word, from a dictionary that the machine has: for languages without an engine."""
