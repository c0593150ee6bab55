"""Clusters of stored articles, and pickups of stories."""
