"""What is read for people and for waiting callers, and what is removed in time."""
