"""Reread a text with the help of another: damage is repaired and compounds are split by the other's words."""
