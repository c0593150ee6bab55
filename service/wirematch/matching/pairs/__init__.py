"""Pairs: what two texts have in common, found and measured."""
