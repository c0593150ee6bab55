"""Stored articles in other languages: their translations are kept beside them, looked up, and compared."""
