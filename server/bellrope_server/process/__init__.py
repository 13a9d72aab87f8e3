"""Processes on one machine: workers, their metrics, and how a process is tuned."""
