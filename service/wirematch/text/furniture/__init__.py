"""Furniture: what a page or agency adds around a text."""
