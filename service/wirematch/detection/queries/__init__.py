"""Queries about articles that are stored: their reports, pickups, clusters and events."""
