"""gRPC in: transport only."""
