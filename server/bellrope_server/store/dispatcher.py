"""What the store tells whoever dispatches, and asks of them."""

from collections.abc import Sequence
from typing import Protocol

from bellrope_server.model import Leased, Micros, Trigger


class Dispatcher(Protocol):
    """The other side of the deliveries table."""

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Take up to `wanted` free slots for the trigger and say how many. Called from any thread."""

    def take_for_new(self, trigger: Trigger) -> bool:
        """Take a slot for a new delivery unless older ones wait for one. Called from any thread."""

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give taken slots back. Called from any thread."""

    def handed_over(self, leased: Sequence[Leased]) -> None:
        """Attempt these: they are committed, leased, and each has its slot."""

    def waiting(self, trigger_id: int, wake_time: Micros) -> None:
        """Look at the trigger's deliveries at this time: one of them is due then."""

    def settled(self, event_row: int) -> None:
        """Something changed for a delivery of this event."""


class Nobody:
    """Dispatches nothing: every delivery waits in the table until it is claimed."""

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Offer no slot."""
        return 0

    def take_for_new(self, trigger: Trigger) -> bool:
        """Offer no slot."""
        return False

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Ignore it."""

    def handed_over(self, leased: Sequence[Leased]) -> None:
        """Ignore it."""

    def waiting(self, trigger_id: int, wake_time: Micros) -> None:
        """Ignore it."""

    def settled(self, event_row: int) -> None:
        """Ignore it."""
