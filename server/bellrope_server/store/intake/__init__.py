"""Accepts events: the event and its deliveries, in one commit."""
