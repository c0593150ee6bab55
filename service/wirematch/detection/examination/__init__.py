"""Consistency of an index: postings, records, ids and clusters against one another."""
