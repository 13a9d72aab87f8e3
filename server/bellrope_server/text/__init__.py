"""Strict readers of text: JSON, YAML, RFC 3339 times and lengths of time. One writer: of YAML."""
