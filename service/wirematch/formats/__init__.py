"""News documents to articles."""
