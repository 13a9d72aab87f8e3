"""The API that Space Cloud documented, over HTTP."""
