"""How lists walk along an index."""
