"""Decides whether a call is admitted: by its key, the load of the server, and whether the server drains."""
