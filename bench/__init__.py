"""Benchmarks of Wirematch: how well it finds and decides, and how fast."""
