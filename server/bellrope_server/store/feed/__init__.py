"""Committed changes, for the scheduler and for listeners."""
