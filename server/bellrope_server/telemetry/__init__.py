"""What the server reports about itself: log lines, metrics and spans."""
