"""Neighbours: what the event's other articles hold as well, and what everybody has."""
