"""Labelled articles, and texts made from them or invented."""
