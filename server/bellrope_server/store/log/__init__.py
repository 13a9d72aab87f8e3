"""Reads for users and waiting callers, and the removal of old data."""
