"""Compare two texts: what they share, whether one derives from the other, and the evidence."""
