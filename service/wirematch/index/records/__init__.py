"""Records: the bytes of a stored article, and how they are read."""
