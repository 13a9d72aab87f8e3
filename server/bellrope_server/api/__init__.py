"""What each RPC does, without transport: gRPC and the HTTP gateway both call it."""
