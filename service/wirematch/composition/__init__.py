"""Composition: build a ready detector, and all that surrounds it, from settings."""
