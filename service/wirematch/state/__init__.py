"""What Redis keeps beside the index: clusters, withdrawals, requests that may be repeated."""
