"""One attempt of a delivery: from the envelope to the answer."""
