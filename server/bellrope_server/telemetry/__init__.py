"""What the server reports about itself: log lines and metrics."""
