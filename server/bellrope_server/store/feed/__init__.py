"""What was committed, for the scheduler and for listeners."""
