"""The services that run in the background besides the scheduler."""
