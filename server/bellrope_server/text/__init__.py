"""Strict readers of text: JSON and RFC 3339 times."""
