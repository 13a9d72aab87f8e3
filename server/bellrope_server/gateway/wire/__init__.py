"""Connections and their limits: one HTTP request, and the shape of an answer."""
