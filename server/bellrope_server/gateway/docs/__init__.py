"""The API described: /openapi.json and /docs."""
