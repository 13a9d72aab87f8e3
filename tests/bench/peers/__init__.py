"""`make bench-peers`: bellrope and other servers side by side, under one load, with one receiver."""
