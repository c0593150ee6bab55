"""Translations of stored articles: made, kept beside them, looked up, and compared."""
