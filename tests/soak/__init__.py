"""`make soak`: an hour at half of what each database can carry, to see that nothing grows."""

from kit import Server


class Executed(Server):
    """A server as users start it, whose memory is all its own."""

    program = ("env", *Server.program)
