"""Word-for-word glosses from installed dictionaries, for languages without an engine."""
