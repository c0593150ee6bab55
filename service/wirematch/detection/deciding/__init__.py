"""What a submission is, given its candidates, and the report of it."""
