"""A Spark job that clusters a corpus too large for one machine, and the loader of the index that it writes."""
