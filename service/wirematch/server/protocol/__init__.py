"""HTTP/1.1 on one connection, within limits that hold before any middleware runs."""
