"""Tuning by a desk's own labelled pairs: how well the model does at each threshold, and what would do better."""
