"""Texts that are read strictly: JSON and RFC 3339 times."""
