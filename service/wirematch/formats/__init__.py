"""Parsers of news formats: from documents to articles."""
