"""Kernels that bring a text into the form that every comparison needs."""
