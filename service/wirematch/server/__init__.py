"""What stands between the socket and the routes: who is served at all, how much, and for how long."""
