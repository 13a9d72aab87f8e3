"""Cancel, reschedule and replay: one delivery, an event, or many."""
