"""The gRPC server: transport only."""
