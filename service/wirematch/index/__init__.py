"""Stored articles and the LSH index over them, in Redis or Valkey."""
