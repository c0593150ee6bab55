"""The steps of an article: sign, store, look up, decide, cluster, report."""
