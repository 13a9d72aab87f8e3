"""Claims what is due, dispatches it, and records what came back."""
