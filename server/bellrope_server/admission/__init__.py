"""May this call come in: who calls, how many, how large, how long, and whether the server is draining."""
