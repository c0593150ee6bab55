"""HTTP protocol and middleware in front of the routes: who is served, how much, and for how long."""
