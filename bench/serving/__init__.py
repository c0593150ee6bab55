"""Servers that are measured, and clients that load them."""
