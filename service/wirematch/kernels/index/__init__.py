"""Kernels that read what Redis answers: replies, pages of buckets, records."""
