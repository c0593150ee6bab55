"""Shingles, MinHash signatures and the ranking of candidates."""
