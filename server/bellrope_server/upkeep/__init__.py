"""What runs by itself beside the scheduler."""
