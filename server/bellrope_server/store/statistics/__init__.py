"""What was accepted and attempted, in numbers by the minute: counted, folded into hours, and read."""
