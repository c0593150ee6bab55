"""The way of one article: signed, stored, looked up, decided, put into its cluster, reported."""
