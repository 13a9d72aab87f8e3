"""`make bench-long`: what must not cost more because a database is large."""
