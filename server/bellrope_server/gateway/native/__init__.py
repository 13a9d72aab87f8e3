"""The native API over HTTP: each RPC at the path in its google.api.http option."""
