"""A Spark job over a corpus, and the loader of what it made."""
