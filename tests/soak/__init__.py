"""`make soak`: an hour at half the load that each database can take, to see that nothing grows."""
