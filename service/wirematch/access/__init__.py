"""Keys: who may do what."""
