"""Makes projects match a file: finds the differences, and makes the calls."""
