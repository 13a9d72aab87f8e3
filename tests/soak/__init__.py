"""`make soak`: an hour at half of what each database can carry, to see that nothing grows."""
