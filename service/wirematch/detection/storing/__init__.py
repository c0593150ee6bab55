"""Storing and removal of articles with all that follows from them, some of it later."""
