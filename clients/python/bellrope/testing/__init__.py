"""For tests of programs that queue events: clients of a fake server that records what they send.

Needs the extra `bellrope[testing]`.
"""

from bellrope.testing.channel import FakeChannel, fake
from bellrope.testing.fake import Fake, Noted
from bellrope.testing.server import FakeServer, fake_server

__all__ = ["Fake", "FakeChannel", "FakeServer", "Noted", "fake", "fake_server"]
