"""A Spark job that clusters a corpus too large for one machine, and a loader for the index that it writes."""
