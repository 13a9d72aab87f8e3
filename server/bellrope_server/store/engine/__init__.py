"""The two databases, and the commit that many callers share."""
