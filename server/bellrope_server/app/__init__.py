"""Composition: makes the parts of one server, starts them, and stops them."""
