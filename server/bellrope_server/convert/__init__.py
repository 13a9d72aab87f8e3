"""Conversion between the model and the proto: the one place that knows both."""
