"""What publishers put on the web: pages, their JSON-LD, and feeds."""
