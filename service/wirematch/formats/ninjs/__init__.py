"""The IPTC's JSON format ninjs in its three dialects."""
