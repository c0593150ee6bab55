"""Stored articles that are worth a comparison with a submission: ranked, sieved and fetched."""
