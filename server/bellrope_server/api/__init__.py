"""What each RPC does, without transport: both doors call it."""
