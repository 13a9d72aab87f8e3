"""Tells listeners what was committed."""
