"""Claiming deliveries, recording attempts, and rescuing lost leases."""
