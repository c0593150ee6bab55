"""The service's processes: who starts, replaces and ends them."""
