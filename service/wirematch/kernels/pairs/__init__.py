"""Kernels that measure and align two texts."""
