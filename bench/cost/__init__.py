"""Time, memory, disk and start-up."""
