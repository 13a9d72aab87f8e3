"""The Connect protocol: every RPC at /PACKAGE.SERVICE/METHOD, for browsers and Connect clients."""
