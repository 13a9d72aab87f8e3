"""Stores events, deliveries and attempts: verbs that take and return values."""
