"""Projects, triggers and event types."""
