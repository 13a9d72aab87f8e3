"""The server: accepts events, and calls the webhooks that are owed them."""
