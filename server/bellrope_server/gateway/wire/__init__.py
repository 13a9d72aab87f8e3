"""HTTP connections, requests and answers, with their limits."""
