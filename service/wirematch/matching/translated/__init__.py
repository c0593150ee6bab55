"""Texts of which one is read in translation."""
