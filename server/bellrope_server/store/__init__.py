"""What is accepted and what becomes of it, as verbs that take and return values."""
