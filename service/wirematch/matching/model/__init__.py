"""The decision model: from what was measured to a probability."""
