"""Kernels that read texts: words, sentences, disguises, furniture, skeletons."""
