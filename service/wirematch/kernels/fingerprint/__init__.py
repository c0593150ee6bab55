"""Kernels that make fingerprints, and rank and sieve candidates by them."""
