"""Wirematch as a step of other people's pipelines; each module needs no more than its own library."""
