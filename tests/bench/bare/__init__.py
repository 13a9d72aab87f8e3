"""The denominators: programs that do one thing of a server's work and nothing else, on the measured core."""
