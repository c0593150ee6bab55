"""Scheduling of work: threads for what takes long, queues of requests, deadlines."""
