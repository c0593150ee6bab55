"""Who works, who waits and when it is given up: threads for what takes long, lines of requests, deadlines."""
