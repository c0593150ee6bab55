"""Clusters of stored articles, and who picked up whose story."""
